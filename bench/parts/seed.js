import { raw, run } from "@curfew/sql";
import { sql } from "kysely";

const HOUR_MS = 3_600_000;

/** An id of the right shape that `number` makes unique among its kind. */
const idOf = (/** @type {string} */ kind, /** @type {import("kysely").RawBuilder<unknown>} */ number) =>
  sql`printf('01900000-0000-7${sql.raw(kind)}-8000-%012x', ${number})`;

/**
 * Fills an account with users and their sessions, all live, and with further ones whose deadline has passed and whose end
 * nobody has written. The triggers keep the counts as they always do.
 *
 * @param {import("@curfew/sql").SqlDatabase} database
 * @param {string} accountId
 * @param {{ users: number, sessions: number, overdue: number, first: number }} sizes `first` numbers the ids from there
 */
export async function seedAccount(database, accountId, { users, sessions, overdue, first }) {
  const queries = database.queries();
  const now = Date.now();
  const numbers = (/** @type {number} */ count) =>
    sql`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})`;
  await database.write(function* () {
    yield* run(raw(queries, sql`INSERT INTO curfew_accounts (id) VALUES (${accountId})`));
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_users (account_id, id, name, email, role, last_login_at)
          ${numbers(users)}
          SELECT ${accountId}, ${idOf("001", sql`${first} + n`)}, 'Person ' || n, 'p' || n || '@example.com',
            CASE n WHEN 0 THEN 'owner' ELSE 'member' END, ${now} - n FROM numbers`,
      ),
    );
    for (const [kind, count, idleExpiresAt] of /** @type {const} */ ([
      ["002", sessions, now + HOUR_MS],
      ["003", overdue, now - HOUR_MS],
    ])) {
      if (count === 0) continue;
      yield* run(
        raw(
          queries,
          sql`INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at,
              idle_minutes, absolute_minutes, idle_expires_at, absolute_expires_at, device_label, user_agent, ip)
            ${numbers(count)}
            SELECT ${accountId}, ${idOf(kind, sql`${first} + n`)}, ${idOf("001", sql`${first} + n % ${users}`)}, 0,
              ${now} - ${2 * HOUR_MS}, ${idleExpiresAt} - ${HOUR_MS} - n % 1000, 60, 1440,
              ${idleExpiresAt}, ${now} + ${22 * HOUR_MS}, 'Firefox on Linux', 'Mozilla/5.0', '192.0.2.7' FROM numbers`,
        ),
      );
    }
  });
}
