import { raw, run } from "@curfew/sql";
import { sql } from "kysely";

const HOUR_MS = 3_600_000;

/** Creates a function that makes SQL for ids in the format of UUIDv7, unique per kind and number. */
const createIds = (/** @type {import("@curfew/sql").SqlDatabase} */ { dialect }) => {
  const hexadecimal = (/** @type {import("kysely").RawBuilder<unknown>} */ number) =>
    dialect.name === "sqlite" ? sql`printf('%012x', ${number})` : sql`lpad(to_hex(${number}), 12, '0')`;
  return (/** @type {string} */ kind, /** @type {import("kysely").RawBuilder<unknown>} */ number) =>
    sql`'01900000-0000-7${sql.raw(kind)}-8000-' || ${hexadecimal(number)}`;
};

/**
 * Fills an account with users, live sessions, and expired sessions whose end is not written yet. The triggers keep the counts.
 *
 * @param {import("@curfew/sql").SqlDatabase} database
 * @param {string} accountId
 * @param {{ users: number, sessions: number, overdue: number, first: number }} sizes `first` is the number of the first id
 */
export async function seedAccount(database, accountId, { users, sessions, overdue, first }) {
  const queries = database.queries();
  const idOf = createIds(database);
  const at = Date.now();
  const [now, from, people] = [at, first, users].map((number) => sql.lit(number));
  const numbers = (/** @type {number} */ count) =>
    sql`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${sql.lit(count)})`;
  await database.write(function* () {
    yield* run(raw(queries, sql`INSERT INTO curfew_accounts (id) VALUES (${accountId})`));
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_users (account_id, id, name, email, role, last_login_at)
          ${numbers(users)}
          SELECT ${sql.lit(accountId)}, ${idOf("001", sql`${from} + n`)}, 'Person ' || n, 'p' || n || '@example.com',
            CASE n WHEN 0 THEN 'owner' ELSE 'member' END, ${now} - n FROM numbers`,
      ),
    );
    for (const [kind, count, deadline] of /** @type {const} */ ([
      ["002", sessions, at + HOUR_MS],
      ["003", overdue, at - HOUR_MS],
    ])) {
      if (count === 0) continue;
      const idleExpiresAt = sql.lit(deadline);
      yield* run(
        raw(
          queries,
          sql`INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at,
              idle_minutes, absolute_minutes, idle_expires_at, absolute_expires_at, device_label, user_agent, ip)
            ${numbers(count)}
            SELECT ${sql.lit(accountId)}, ${idOf(kind, sql`${from} + n`)}, ${idOf("001", sql`${from} + n % ${people}`)}, 0,
              ${now} - ${sql.lit(2 * HOUR_MS)}, ${idleExpiresAt} - ${sql.lit(HOUR_MS)} - n % 1000, 60, 1440,
              ${idleExpiresAt}, ${now} + ${sql.lit(22 * HOUR_MS)}, 'Firefox on Linux', 'Mozilla/5.0', '192.0.2.7' FROM numbers`,
        ),
      );
    }
  });
}
