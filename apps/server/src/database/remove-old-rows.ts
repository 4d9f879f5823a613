import {
  all,
  clock,
  createTrailRedactor,
  first,
  run,
  type SqlDatabase,
  together,
  tryLockAccounts,
  type Unit,
} from "@curfew/sql";
import { sql } from "kysely";
import { deleteInvitation } from "../members/invitation.js";
import { KNOWN_MS } from "../sign-in/limits/known-places.js";
import { serviceQueries } from "./tables.js";

/** How long an invitation whose link has ended can be sent again. */
const INVITATION_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** An invitation takes the place of as many rows in a batch, since the events about it are looked for and written too. */
const ROWS_FOR_INVITATION = 10;

/** Tables whose rows count for nothing from a time on, and how long after the time in a column of an index. */
const TABLES = [
  { table: "password_links", key: ["account_id", "user_id"], time: "expires_at", keptMs: 0 },
  { table: "known_places", key: ["account_id", "user_id", "place_hash"], time: "seen_at", keptMs: KNOWN_MS },
  { table: "sign_in_failures", key: ["key_hash"], time: "resets_at", keptMs: 0 },
] as const;

type OldTable = (typeof TABLES)[number];

/** What a batch has done. */
interface RemovedRows {
  readonly count: number;
  readonly more: boolean;
}

const NOTHING: RemovedRows = { count: 0, more: false };

/**
 * Creates the part of the sweep that removes what is kept for a time: rows that count for nothing any more, and invitations thirty
 * days after their links have ended. Nobody became a user by those, so no deletion of a person would take the name and the address of
 * who was invited out of the trail; that happens in the same transaction.
 */
export function createOldRowRemover(database: SqlDatabase): (batch: number) => Promise<RemovedRows> {
  const { dialect } = database;
  const queries = serviceQueries(database);
  const redactEventsAbout = createTrailRedactor(database);

  const oldInvitations = (now: number) =>
    queries.selectFrom("invitations").where("expires_at", "<=", now - INVITATION_KEPT_MS);

  const isOld = ({ time, keptMs }: OldTable, now: number) =>
    sql<boolean>`${sql.ref(time)} <= ${now - keptMs}`;

  /** The account whose invitation ended first, and the tables with old rows; nearly always neither. */
  function* find(): Unit<{ readonly accountId: string | null; readonly tables: readonly OldTable[] }> {
    const now = yield* clock();
    const invitations = oldInvitations(now).select("account_id").orderBy("expires_at").limit(1);
    const tables: OldTable[] = [];
    for (const each of TABLES) {
      const old = queries
        .selectFrom(each.table)
        .select(sql<number>`1`.as("found"))
        .where(isOld(each, now))
        .limit(1);
      if ((yield* first(old)) !== null) tables.push(each);
    }
    return { accountId: (yield* first(invitations))?.account_id ?? null, tables };
  }

  function* removeInvitations(accountId: string, limit: number, now: number): Unit<number> {
    if (!(yield* tryLockAccounts([accountId])).has(accountId)) return 0;
    const old = yield* all(
      oldInvitations(now)
        .select("user_id as userId")
        .where("account_id", "=", accountId)
        .orderBy("expires_at")
        .limit(limit),
    );
    yield* together(
      ...old.flatMap(({ userId }) => [
        deleteInvitation(queries, { accountId, userId }),
        redactEventsAbout(accountId, userId),
      ]),
    );
    return old.length;
  }

  /** A row may have got a new time meanwhile, so the time is compared in both places. */
  const removeOld = (old: OldTable, limit: number, now: number): Unit<number> => {
    const key = sql.join(old.key.map((column) => sql.ref(column)));
    return run(
      queries
        .deleteFrom(old.table)
        .where(isOld(old, now))
        .where(
          sql<boolean>`(${key}) IN (SELECT ${key} FROM ${sql.table(old.table)}
            WHERE ${isOld(old, now)} ORDER BY ${sql.ref(old.time)} LIMIT ${limit} ${dialect.skipLocked})`,
        ),
    );
  };

  return async (batch) => {
    const { accountId, tables } = await database.read(find);
    if (accountId === null && tables.length === 0) return NOTHING;
    const removed = await database.write(
      function* () {
        const now = yield* clock();
        const invitations =
          accountId === null
            ? 0
            : yield* removeInvitations(accountId, Math.ceil(batch / ROWS_FOR_INVITATION), now);
        let rows = 0;
        for (const old of tables) rows += yield* removeOld(old, batch, now);
        return { invitations, rows };
      },
      { patient: true },
    );
    const count = removed.invitations + removed.rows;
    if (removed.invitations > 0) await database.emptyLog();
    return { count, more: count > 0 };
  };
}
