import { openPool } from "./postgres.js";

const COLUMNS = `account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes, absolute_minutes,
  idle_expires_at, absolute_expires_at, generation, rotated_at, key_thumbprint, device_label, user_agent, ip, ended_at,
  end_reason`;

const UPDATE = `UPDATE bare_sessions SET generation = generation + 1, rotated_at = $3, last_active_at = $3, idle_expires_at = $4
  WHERE account_id = $1 AND id = $2 RETURNING ${COLUMNS}`;

const HOUR_MS = 3_600_000;

/**
 * The reference for refreshes on PostgreSQL: `pg` with a pool of the same size and one prepared `UPDATE … RETURNING` of one row by
 * its primary key, in a copy of the sessions table without other indexes.
 *
 * @param {string} url of a database that contains the sessions
 * @param {readonly string[]} sessionIds the rows to update in turn
 */
export async function openBareUpdates(url, sessionIds) {
  const pool = openPool(url);
  await pool.query(
    `CREATE TABLE bare_sessions (LIKE curfew_sessions INCLUDING DEFAULTS, PRIMARY KEY (account_id, id))`,
  );
  await pool.query("INSERT INTO bare_sessions SELECT * FROM curfew_sessions");
  await pool.query("VACUUM ANALYZE");
  await pool.query("CHECKPOINT");
  const { rows } = await pool.query("SELECT account_id, id FROM bare_sessions WHERE id = ANY($1)", [
    sessionIds,
  ]);
  return {
    /** @param {number} caller */
    async update(caller) {
      const row = rows[caller % rows.length];
      const now = Date.now();
      const { rowCount } = await pool.query({
        name: "bare",
        text: UPDATE,
        values: [row.account_id, row.id, now, now + HOUR_MS],
      });
      if (rowCount !== 1) throw new Error("the row does not exist");
    },
    close: () => pool.end(),
  };
}
