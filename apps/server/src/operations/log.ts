import { type DestinationStream, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "../settings/model.js";
import { describeError } from "./describe-error.js";

/**
 * All that a line of the log can carry. Whoever adds a field answers for it: no token, cookie, password, body, e-mail
 * address, raw URL or client address may ever get in here, at no level.
 */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The pattern of the route, never the path: paths carry ids, queries carry what people type. */
  readonly route?: string;
  readonly status?: number;
  readonly code?: string;
  readonly durationMs?: number;
  readonly accountId?: string;
  readonly sessionId?: string;
  /** The name of a setting. */
  readonly setting?: string;
  readonly signal?: string;
  readonly port?: number;
  readonly version?: string;
  /** Logged as its name, code and stack frames: messages quote what they complain about. */
  readonly error?: unknown;
}

/** Every sentence that the log knows: a closed list, so that nobody can write a value into one. */
export type LogMessage =
  | "request"
  | "request failed"
  | "ready"
  | "setting is unknown"
  | "stopping"
  | "stopped"
  | "stop was cut short"
  | "stopping failed"
  | "reading the revocation feed failed"
  | "housekeeping failed"
  | "writing the trail failed"
  | "the database is older than a refresh token: was it restored?"
  | "crashed";

export type LogSeverity = Exclude<LogLevel, "silent">;

export type Log = (severity: LogSeverity, message: LogMessage, fields?: LogFields) => void;

const FIELDS = [
  "requestId",
  "method",
  "route",
  "status",
  "code",
  "durationMs",
  "accountId",
  "sessionId",
  "setting",
  "signal",
  "port",
  "version",
] as const satisfies readonly Exclude<keyof LogFields, "error">[];

/**
 * Makes the log: one line of JSON for each call, with the fields of the list and no other.
 *
 * @param stream where to; absent: standard error
 */
export function createLog(
  level: LogLevel,
  stream: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return (severity, message, fields = {}) => {
    if (logger.isLevelEnabled(severity)) logger[severity](allowed(fields), message);
  };
}

function allowed(fields: LogFields): Record<string, unknown> {
  const line = Object.fromEntries(
    FIELDS.map((name) => [name, fields[name]] as const).filter(
      ([, value]) => typeof value === "string" || typeof value === "number",
    ),
  );
  return fields.error === undefined ? line : { ...line, error: describeError(fields.error) };
}
