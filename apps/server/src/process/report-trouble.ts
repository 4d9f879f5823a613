import type { Trouble } from "@curfew/core";
import type { Log, LogMessage, LogSeverity } from "../operations/log.js";

const LINES: Readonly<Record<Trouble["kind"], readonly [LogSeverity, LogMessage]>> = {
  feed_read_failed: ["warn", "reading the revocation feed failed"],
  sweep_failed: ["warn", "housekeeping failed"],
  database_went_back: ["error", "the database is older than a refresh token: was it restored?"],
};

/** Writes what the engine complains about into the log. */
export const reportTrouble =
  (log: Log) =>
  ({ kind, cause, accountId, sessionId }: Trouble): void => {
    const [severity, message] = LINES[kind];
    log(severity, message, {
      ...(accountId === undefined ? {} : { accountId }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(cause === undefined ? {} : { error: cause }),
    });
  };
