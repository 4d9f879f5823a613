import { EVENT_TYPES, type EventPage, type EventType } from "@curfew/core";
import { accepts } from "hono/accepts";
import { z } from "zod";
import type { Http } from "../http.js";
import { pageOf, pageQuery, positionOf } from "../paging.js";
import { defineRoute } from "../route/define.js";
import { csvBody, csvLine } from "../stream/csv.js";
import { eventSchema, wireEvent } from "../wire/event.js";

/** How many rows are read at once for the CSV. */
const CSV_PAGE = 500;

/** The columns, named as the fields of an event. */
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

/** `GET /api/accounts/me/security/events`: the audit trail, as JSON in pages or whole as CSV. */
export const auditEventsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/security/events",
    operationId: "listAuditEvents",
    summary: "The account's audit trail",
    description: "With `Accept: text/csv` the whole trail, streamed; `limit` and `cursor` do not count then.",
    tags: ["Audit trail"],
    auth: "owner",
    query: pageQuery.extend({
      type: z.enum(EVENT_TYPES).optional().meta({ description: "Only events of this type." }),
    }),
    requestHeaders: ["Accept"],
    responses: {
      200: {
        description: "Events, newest first",
        schema: pageOf(eventSchema),
        alternatives: { "text/csv": `The columns ${COLUMNS.join(", ")}.` },
      },
    },
    async handler({ c, identity: { accountId }, query }) {
      const list = { accountId, name: "events" } as const;
      const from = positionOf(http.cursors, list, query.cursor);
      const only = query.type === undefined ? {} : { type: query.type };
      if (wantsCsv(c)) return answerCsv(http, accountId, only);
      const after = from === null ? null : { at: from.time, id: from.id };
      const { items, next } = await http.curfew.events.list({
        accountId,
        ...only,
        limit: query.limit,
        after,
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

const wantsCsv = (c: Parameters<typeof accepts>[0]): boolean =>
  accepts(c, {
    header: "Accept",
    supports: ["application/json", "text/csv"],
    default: "application/json",
  }) === "text/csv";

async function answerCsv(http: Http, accountId: string, only: { type?: EventType }): Promise<Response> {
  // The first page is read before the answer begins, so that an outage is a 503 and no torn file.
  const first = await http.curfew.events.list({ accountId, ...only, limit: CSV_PAGE, after: null });
  return new Response(csvBody(csvLines(http, accountId, only, first)), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="audit-trail.csv"',
      Vary: "Origin, Accept",
    },
  });
}

async function* csvLines(http: Http, accountId: string, only: { type?: EventType }, first: EventPage) {
  let page = first;
  yield csvLine(COLUMNS) + linesOf(page);
  while (page.next !== null) {
    page = await http.curfew.events.list({ accountId, ...only, limit: CSV_PAGE, after: page.next });
    yield linesOf(page);
  }
}

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
