import type pg from "pg";
import { RESPONSE_TIMEOUT_MS } from "./connection.js";
import { IDLE_TRANSACTION_TIMEOUT_MS, LOCK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } from "./connection-config.js";

/** Makes commits durable where the settings of the role or the database say that they need not be; stricter ones stay. */
const durable = (scope: "session" | "transaction"): string =>
  `SELECT set_config('synchronous_commit', 'on', ${scope === "transaction"}) WHERE current_setting('synchronous_commit') = 'off'`;
export const DURABLE_TRANSACTION = durable("transaction");

/** Sets the timeouts for one transaction: a connection behind a transaction pooler can't keep them. */
export const SET_LOCAL_TIMEOUTS = [
  `SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
  `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_TIMEOUT_MS}`,
].join("; ");

/** Makes the commits of a connection durable. */
export async function makeDurable(client: pg.ClientBase): Promise<void> {
  await client.query({
    text: durable("session"),
    query_timeout: RESPONSE_TIMEOUT_MS.short,
  } as pg.QueryConfig);
}
