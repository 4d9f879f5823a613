import { sql } from "kysely";
import { expect, test } from "vitest";
import {
  createSqlStore,
  type Request,
  raw,
  run,
  type SqlDatabase,
  type StatementResult,
  type Unit,
} from "../src/index.js";
import { eventOf, LIMITS, openStore, type SqlStore, signIn } from "./support/sessions.js";

const STRICT = { idleMinutes: 15, absoluteMinutes: 720 };
const MINUTE = 60_000;

interface Work {
  statements: number;
  /** Rows that the statements return to JavaScript. */
  rows: number;
  /** Rows that the statements write. */
  changes: number;
}

function* counted<T>(unit: Unit<T>, work: Work): Unit<T> {
  const count = (request: Request, result: unknown): void => {
    if (request.kind === "several")
      for (const [nth, each] of request.requests.entries()) count(each, (result as readonly unknown[])[nth]);
    if (request.kind !== "statement") return;
    const { rows, changes } = result as StatementResult;
    work.statements += 1;
    work.rows += rows.length;
    work.changes += changes;
  };
  let step = unit.next();
  while (!step.done) {
    const result = yield step.value;
    count(step.value, result);
    step = unit.next(result);
  }
  return step.value;
}

/** A store that counts the work of its statements. */
function countingStore(database: SqlDatabase): { store: SqlStore; work: Work } {
  const work = { statements: 0, rows: 0, changes: 0 };
  const store = createSqlStore({
    ...database,
    read: (unit, options) => database.read(() => counted(unit(), work), options),
    write: (unit, options) => database.write(() => counted(unit(), work), options),
  });
  return { store, work };
}

/** Copies the session `one` of the account until it has `count` sessions, of ten for each user. */
async function copySession(database: SqlDatabase, count: number): Promise<void> {
  const queries = database.queries<Record<never, never>>();
  const users = sql.lit(count / 10);
  const numbers = sql`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${sql.lit(count - 1)})`;
  await database.write(function* () {
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_users (account_id, id, name, email, role, last_login_at)
          ${numbers} SELECT account_id, 'user-' || n, name, email, role, last_login_at - n
          FROM numbers, curfew_users WHERE n <= ${users}`,
      ),
    );
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes,
            absolute_minutes, idle_expires_at, absolute_expires_at)
          ${numbers} SELECT account_id, 'copy-' || n, 'user-' || (n % ${users} + 1), account_epoch, started_at,
            last_active_at, idle_minutes, absolute_minutes, idle_expires_at, absolute_expires_at
          FROM numbers, curfew_sessions`,
      ),
    );
  });
}

test.each([
  ["ends", 20 * MINUTE],
  ["shortens", 0],
])(
  "a policy that %s all sessions runs as many statements for 8,000 as for 2,000, which read into JavaScript and write as many rows",
  async (_, idleMs) => {
    const workFor = async (count: number): Promise<Work> => {
      let now = Date.now();
      const { database } = await openStore({ now: () => now });
      const { store, work } = countingStore(database);
      await signIn(store, "account", "ada", "one");
      await copySession(database, count);
      now += idleMs;
      Object.assign(work, { statements: 0, rows: 0, changes: 0 });
      const input = { accountId: "account", shorten: STRICT, callerSessionId: "one" };
      const preview = await store.previewPolicy({ ...input, namesLimit: 5 });
      const outcome = await store.writePolicy({
        ...input,
        expectedVersion: 1,
        override: STRICT,
        activeUsersLimit: 100,
        event: eventOf("policy.changed"),
      });
      const { sessionsEnded, sessionsShortened } = preview;
      expect(sessionsEnded + sessionsShortened).toBe(count);
      expect(outcome).toMatchObject({ sessionsEnded, sessionsShortened, callerSessionEnded: idleMs > 0 });
      return { ...work };
    };
    expect(LIMITS.idleMinutes).toBeGreaterThan(STRICT.idleMinutes);
    expect(await workFor(8000)).toEqual(await workFor(2000));
  },
);
