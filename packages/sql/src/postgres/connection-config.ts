import type pg from "pg";
import { RESULT_TYPES } from "./values.js";

/** Maximum wait for a connection, whether a new one or one from the pool: a call that gets none is answered within three seconds. */
export const CONNECT_TIMEOUT_MS = 2500;
export const STATEMENT_TIMEOUT_MS = 25_000;
export const LOCK_TIMEOUT_MS = 400;
/** The server aborts a transaction whose client sends nothing for this long. */
export const IDLE_TRANSACTION_TIMEOUT_MS = 10_000;

/**
 * `force_generic_plan` plans a prepared statement once per connection. By default the server plans some
 * statements on each execution, because it expects a generic plan to be worse: for an unknown deadline it
 * assumes that a third of the rows match. That planning can take longer than the statement. JIT is off
 * because the same estimates would trigger compilation for statements that read a few rows.
 */
const PLANNER_OPTIONS = "-c plan_cache_mode=force_generic_plan -c jit=off";

/**
 * `pg` takes these modes for `verify-full`, as it says in a warning of several lines. It says nothing for `verify-full` itself.
 */
export const withFullMode = (url: string): string =>
  url.includes("uselibpqcompat")
    ? url
    : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, "$1verify-full");

/** Returns the configuration that all connections share. */
export const connectionConfig = (url: string, pooled: boolean): pg.ClientConfig => ({
  connectionString: withFullMode(url),
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5000,
  application_name: "curfew",
  types: RESULT_TYPES,
  ...(pooled
    ? {}
    : {
        statement_timeout: STATEMENT_TIMEOUT_MS,
        lock_timeout: LOCK_TIMEOUT_MS,
        idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
        options: PLANNER_OPTIONS,
      }),
});
