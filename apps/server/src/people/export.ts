import { type AuditEvent, CurfewError, type EventDetails } from "@curfew/core";
import { streamText, wireTime } from "@curfew/http";
import { clock } from "@curfew/sql";
import type { UserReference } from "../accounts/credentials.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { readKept } from "./read-kept.js";
import { type KeptSession, readSessionsAfter } from "./read-sessions.js";

/** How many events of the account are looked through at once. */
const EVENTS_AT_ONCE = 500;

/** The person whose data is exported. */
interface Person extends UserReference {
  readonly email: string;
}

/**
 * Answers all that is kept of a user as one JSON document, a part at a time. What can fail first is read before the answer starts, so
 * that an outage is a 503. Throws `token_expired` if the user was deleted meanwhile, and `unavailable`.
 */
export async function answerExport(
  context: ServiceContext,
  { accountId, userId }: UserReference,
): Promise<Response> {
  const { database } = context;
  const reference = { accountId, userId };
  const [now, kept] = await database.read(function* () {
    return [yield* clock(), yield* readKept(context, reference)] as const;
  });
  if (kept === null) throw new CurfewError("token_expired", {});
  const head = { exported_at: wireTime(now), ...kept };
  return new Response(streamText(document(context, { ...reference, email: kept.user.email }, head)), {
    headers: {
      "Content-Type": "application/json",
      "Content-Disposition": 'attachment; filename="personal-data.json"',
    },
  });
}

async function* document(context: ServiceContext, person: Person, head: object): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"sessions":[`;
  const sessionIds = new Set<string>();
  yield* joined(sessions(context, person, sessionIds));
  yield '],"events":[';
  yield* joined(events(context, person, sessionIds));
  yield "]}";
}

/** The items of a JSON array, from lists of them. */
async function* joined(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let separator = "";
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((item) => JSON.stringify(item)).join(",");
    separator = ",";
  }
}

async function* sessions(
  { database }: ServiceContext,
  person: Person,
  ids: Set<string>,
): AsyncGenerator<readonly KeptSession[]> {
  let after: string | null = "";
  while (after !== null) {
    const from: string = after;
    const page = await database.read(() => readSessionsAfter(serviceQueries(database), person, from));
    for (const { id } of page.items) ids.add(id);
    yield page.items;
    after = page.next;
  }
}

/** Looks through the account's whole trail. One search for one person's events could exceed the time of a statement. */
async function* events(
  { curfew }: ServiceContext,
  person: Person,
  sessionIds: ReadonlySet<string>,
): AsyncGenerator<readonly object[]> {
  let after: { readonly at: number; readonly id: string } | null = null;
  do {
    const page: Awaited<ReturnType<typeof curfew.events.list>> = await curfew.events.list({
      accountId: person.accountId,
      limit: EVENTS_AT_ONCE,
      after,
    });
    yield page.items
      .filter((event) => concerns(event, person, sessionIds))
      .map((event) => wireOwnEvent(event, person));
    after = page.next;
  } while (after !== null);
}

/** Whether an event is by or about a person. The address of one about somebody else was that person's before. */
const concerns = (event: AuditEvent, person: Person, sessionIds: ReadonlySet<string>): boolean =>
  event.actor?.id === person.userId ||
  event.details["user_id"] === person.userId ||
  (event.details["email"] === person.email && !isAboutAnother(event.details, person)) ||
  (event.sessionId !== null && sessionIds.has(event.sessionId));

function isAboutAnother({ user_id: id }: EventDetails, { userId }: Person): boolean {
  return typeof id === "string" && id !== "" && id !== userId;
}

/** An event as the person may see it: where somebody else acted from, and who somebody else is, is that person's own. */
function wireOwnEvent({ id, at, type, actor, sessionId, ip, details }: AuditEvent, person: Person) {
  const isByOther = actor !== null && actor.id !== person.userId;
  return {
    id,
    at: wireTime(at),
    type,
    by: actor === null ? null : isByOther ? "another person" : "you",
    session_id: isByOther ? null : sessionId,
    ip: isByOther ? null : ip,
    details: withoutOthers(details, person),
  };
}

/** What the details of an event about another person say of that person besides the id. */
const FIELDS_OF_OTHERS: ReadonlySet<string> = new Set(["name", "email", "device"]);

function withoutOthers(details: EventDetails, person: Person): EventDetails {
  if (!isAboutAnother(details, person)) return details;
  return Object.fromEntries(Object.entries(details).filter(([field]) => !FIELDS_OF_OTHERS.has(field)));
}
