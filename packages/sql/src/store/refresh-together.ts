import type { RefreshedSession, RefreshInput } from "@curfew/core";
import { sql } from "kysely";
import { fixed } from "../fixed.js";
import { all, raw, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { type RefreshedRow, toRefreshed } from "./refresh.js";
import { renewal } from "./renewal.js";
import { JOINED_USER, SESSION_COLUMNS } from "./rows.js";

export type RefreshTogether = (inputs: readonly RefreshInput[]) => Unit<readonly (RefreshedSession | null)[]>;

/** What is asked, a column each, and what it is beside the account's and the session's ids. */
const ASKED = {
  accountIds: "text",
  sessionIds: "text",
  generations: "bigint",
  thumbprints: "text",
  idleForMs: "bigint",
  graceMs: "bigint",
} as const;

/**
 * Renews several sessions, each another, in one statement of PostgreSQL; the answers stand in the order of the inputs. None is
 * waited for: a session whose row somebody else holds comes to null, as one does that may not be renewed, so that two who renew
 * several at once can't stop each other.
 *
 * Each row is locked where nobody has it and then written by its primary key. A row that changed since the
 * statement began is judged as it is now: PostgreSQL asks the condition again on its newest version.
 */
export function jointRefresher({ dialect, queries }: StoreContext): RefreshTogether {
  const statement = fixed<
    RefreshedRow & { nth: number },
    Record<keyof typeof ASKED, readonly unknown[]> & { stated: number | null }
  >((slot) => {
    const columns = sql.join(
      Object.entries(ASKED).map(
        ([name, type]) => sql`CAST(${slot(name as keyof typeof ASKED)} AS ${sql.raw(type)}[])`,
      ),
    );
    const { assignments, isDue } = renewal(dialect, {
      now: sql.ref("r.now"),
      generation: sql.ref("r.generation"),
      provenThumbprint: sql.ref("r.thumbprint"),
      idleForMs: sql.ref("r.idle_for_ms"),
      graceMs: sql.ref("r.grace_ms"),
    });
    // The comparison with itself holds: it has the planner expect one row, and so look each up by its key.
    return raw(
      queries,
      dialect.atMoment(
        slot("stated"),
        (now) => sql<RefreshedRow & { nth: number }>`,
          held AS MATERIALIZED (
            SELECT r.*, ${now} AS now
            FROM unnest(${columns}) WITH ORDINALITY
              AS r (account_id, session_id, generation, thumbprint, idle_for_ms, grace_ms, nth)
            JOIN curfew_sessions s ON s.account_id = r.account_id AND s.id = r.session_id
            FOR NO KEY UPDATE OF s SKIP LOCKED)
          UPDATE curfew_sessions SET ${assignments}
          FROM held r
            JOIN curfew_accounts a ON a.id = r.account_id,
            curfew_users u
          WHERE curfew_sessions.account_id = r.account_id AND curfew_sessions.id = r.session_id
            AND u.account_id = r.account_id AND u.id = curfew_sessions.user_id
            AND +curfew_sessions.account_epoch = a.epoch AND ${isDue}
          RETURNING ${sql.join(SESSION_COLUMNS.map((column) => sql.ref(`curfew_sessions.${column}`)))},
            a.epoch, a.policy_version, a.applied_policy_version,
            ${sql.join(JOINED_USER.map((column) => sql.raw(column)))}, r.now, r.nth`,
      ),
    );
  });

  return function* refreshTogether(inputs) {
    const rows = yield* all(
      statement({
        stated: yield* statedClock(),
        accountIds: inputs.map((input) => input.accountId),
        sessionIds: inputs.map((input) => input.sessionId),
        generations: inputs.map((input) => input.generation),
        thumbprints: inputs.map((input) => input.provenThumbprint),
        idleForMs: inputs.map((input) => input.idleForMs),
        graceMs: inputs.map((input) => input.graceMs),
      }),
    );
    const renewed = new Map(rows.map((row) => [row.nth, row]));
    return inputs.map((_, index) => {
      const row = renewed.get(index + 1);
      return row === undefined ? null : toRefreshed(row);
    });
  };
}
