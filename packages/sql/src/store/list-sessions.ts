import type { ListSessionsInput, SessionPage, SessionPosition } from "@curfew/core";
import { sql } from "kysely";
import { all, clock, together, type Unit } from "../unit.js";
import { readAccount, type StoredAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { SESSION_COLUMNS, toSession } from "./rows.js";
import { isLive, limitColumns } from "./session-state.js";

/** Before every id. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Lists a page of an account's live sessions, most recent activity first. At their end it goes on with those that were used
 * since the first page, by id, which use does not change.
 */
export function* listSessions(context: StoreContext, input: ListSessionsInput): Unit<SessionPage> {
  const [now, account] = yield* together(clock(), readAccount(context, input.accountId));
  const { after, limit } = input;
  const live = selectLive(context, input, account, now);
  const rows = after?.lastActiveAt === null ? [] : yield* all(byActivity(live, after).limit(limit + 1));
  const last = rows[limit - 1];
  if (rows.length > limit && last !== undefined)
    return {
      items: rows.slice(0, limit).map(toItem),
      next: { lastActiveAt: last.last_active_at, id: last.id, mark: after?.mark ?? last.mark },
    };
  if (after === null) return { items: rows.map(toItem), next: null };
  const used = yield* all(usedSince(context, live, after).limit(limit - rows.length + 1));
  const usedHere = used.slice(0, limit - rows.length);
  const id = usedHere.at(-1)?.id ?? NO_ID;
  return {
    items: [...rows, ...usedHere].map(toItem),
    next: used.length === usedHere.length ? null : { lastActiveAt: null, id, mark: after.mark },
  };
}

type LiveSessions = ReturnType<typeof selectLive>;

function selectLive(
  { queries, dialect }: StoreContext,
  { accountId, userId }: ListSessionsInput,
  account: StoredAccount,
  now: number,
) {
  const query = queries
    .selectFrom("curfew_sessions as s")
    .innerJoin("curfew_users as u", (join) =>
      join.onRef("u.account_id", "=", "s.account_id").onRef("u.id", "=", "s.user_id"),
    )
    .select(SESSION_COLUMNS.map((column) => `s.${column}` as const))
    .select(limitColumns("s"))
    .select(["u.name as user_name", "u.email as user_email"])
    .select(dialect.snapshot(sql`${now}`).as("mark"))
    .where("s.account_id", "=", accountId)
    .where(isLive(account, now));
  return userId === undefined ? query : query.where("s.user_id", "=", userId);
}

function byActivity(live: LiveSessions, after: SessionPosition | null): LiveSessions {
  const ordered = live.orderBy("s.last_active_at", "desc").orderBy("s.id", "desc");
  return after === null
    ? ordered
    : ordered.where(sql<boolean>`(s.last_active_at, s.id) < (${after.lastActiveAt}, ${after.id})`);
}

/** The sessions used since the first page, but for those that the last page by activity has. */
function usedSince({ dialect }: StoreContext, live: LiveSessions, after: SessionPosition): LiveSessions {
  const used = live.where(dialect.isSince(sql.ref("s.use_mark"), after.mark)).orderBy("s.id");
  return after.lastActiveAt === null
    ? used.where("s.id", ">", after.id)
    : used.where(sql<boolean>`(s.last_active_at, s.id) >= (${after.lastActiveAt}, ${after.id})`);
}

const toItem = (row: Awaited<ReturnType<LiveSessions["execute"]>>[number]): SessionPage["items"][number] => ({
  session: toSession(row),
  user: { id: row.user_id, name: row.user_name, email: row.user_email },
});
