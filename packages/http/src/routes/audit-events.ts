import { EVENT_TYPES, type EventPage, type ListEventsInput } from "@curfew/core";
import { z } from "zod";
import { prefers } from "../headers/accept.js";
import type { Http } from "../http.js";
import { positionOf } from "../paging.js";
import { defineRoute } from "../route/define.js";
import { streamText } from "../stream-text.js";
import { eventSchema, wireEvent } from "../wire/event.js";
import { idInQuery, timeInQuery } from "../wire/fields.js";
import { pageOf, pageQuery } from "../wire/page.js";

/** How many events the CSV export reads at once. */
const CSV_PAGE_SIZE = 500;

const COLUMNS = [
  "id",
  "at",
  "type",
  "actor_id",
  "actor_name",
  "actor_email",
  "session_id",
  "ip",
  "details",
] as const;

/** `GET /api/accounts/me/security/events`: the audit trail, as pages of JSON or as one CSV file. */
export const auditEventsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/security/events",
    operationId: "listAuditEvents",
    summary: "Read the account's audit trail",
    description:
      "With `Accept: text/csv` the answer is the whole trail, streamed: the filters count, `limit` and `cursor` are ignored.",
    tags: ["Audit trail"],
    auth: "owner",
    query: pageQuery.extend({
      type: z.enum(EVENT_TYPES).optional().meta({ description: "Only events of this type." }),
      user_id: idInQuery(http.readUserId)
        .optional()
        .meta({ description: "Only events by this user or about this user." }),
      from: timeInQuery.meta({ description: "The first moment (RFC 3339)." }),
      to: timeInQuery.meta({ description: "The moment before which the events are (RFC 3339)." }),
    }),
    requestHeaders: ["Accept"],
    responses: {
      200: {
        description: "Events, newest first",
        schema: pageOf(eventSchema),
        alternatives: {
          "text/csv": `The columns ${COLUMNS.join(", ")}, after a byte order mark. The last record has the type \`export.completed\` and the number of rows before it in \`details\` (\`{"rows": N}\`); a file without it was cut short.`,
        },
      },
    },
    async handler({ c, identity: { accountId }, query }) {
      const { type, user_id: userId, from, to } = query;
      const list = { accountId, name: "events", filter: { type, user_id: userId, from, to } } as const;
      const position = positionOf(http.cursors, list, query.cursor);
      const filter: EventFilter = {
        accountId,
        ...(type === undefined ? {} : { type }),
        ...(userId === undefined ? {} : { userId }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      if (prefers(c.req.header("accept"), "text/csv", "application/json")) return answerCsv(http, filter);
      const { items, next } = await http.curfew.events.list({
        ...filter,
        limit: query.limit,
        after: position === null ? null : { at: position.time, id: position.id },
      });
      return {
        status: 200,
        headers: { Vary: "Origin, Accept" },
        body: {
          items: items.map(wireEvent),
          next_cursor: next && http.cursors.write(list, { time: next.at, id: next.id }),
        },
      };
    },
  });

type EventFilter = Omit<ListEventsInput, "limit" | "after">;

async function answerCsv(http: Http, filter: EventFilter): Promise<Response> {
  // The first page is read before the answer starts, so that an outage is a 503 and not a truncated file.
  const firstPage = await http.curfew.events.list({ ...filter, limit: CSV_PAGE_SIZE, after: null });
  return new Response(streamText(csvLines(http, filter, firstPage)), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="audit-trail.csv"',
      Vary: "Origin, Accept",
    },
  });
}

/** Without it, spreadsheets don't read UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

async function* csvLines(http: Http, filter: EventFilter, firstPage: EventPage) {
  let page = firstPage;
  let rows = page.items.length;
  yield BYTE_ORDER_MARK + csvLine(COLUMNS) + linesOf(page);
  while (page.next !== null) {
    page = await http.curfew.events.list({ ...filter, limit: CSV_PAGE_SIZE, after: page.next });
    rows += page.items.length;
    yield linesOf(page);
  }
  yield endLine(rows);
}

/**
 * The last record: a file without it is a part of the trail. A proxy that speaks HTTP/1.0 can't tell its client that
 * an answer was cut.
 */
const endLine = (rows: number): string =>
  csvLine([null, null, "export.completed", null, null, null, null, null, JSON.stringify({ rows })]);

const linesOf = (page: EventPage): string =>
  page.items
    .map(wireEvent)
    .map(({ id, at, type, actor, session_id, ip, details }) =>
      csvLine([
        id,
        at,
        type,
        actor?.id ?? null,
        actor?.name ?? null,
        actor?.email ?? null,
        session_id,
        ip,
        JSON.stringify(details),
      ]),
    )
    .join("");

const csvLine = (cells: readonly (string | null)[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/** Text that a spreadsheet would read as a formula, in full-width characters too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/**
 * The same after what begins a cell where the list separator is `;` or a tab. Our quotation marks don't protect there: most
 * of our cells are then in the middle of one.
 */
const FORMULA_AFTER_SEPARATOR = /([;\t\r\n][\s"]*)(?=[=+\-@＝＋－＠])/gu;
const NEEDS_QUOTES = /[",\r\n]/;

/** Formats one cell (RFC 4180 §2). An apostrophe disarms formulas (OWASP, CSV injection). */
export function csvCell(value: string | null): string {
  if (value === null) return "";
  const disarmed = value.replaceAll(FORMULA_AFTER_SEPARATOR, "$1'");
  const text = FORMULA.test(disarmed) ? `'${disarmed}` : disarmed;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
