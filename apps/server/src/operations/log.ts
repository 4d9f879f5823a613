import type { Trouble } from "@curfew/core";
import { type DestinationStream, pino, stdTimeFunctions } from "pino";
import type { SharedAddress } from "../database/fill-addresses.js";
import type { LogLevel } from "../settings/model.js";

/**
 * All fields that a log line can contain. No token, cookie, password, body, e-mail address, raw URL or client address may
 * be logged at any level, but for the setup token: it opens nothing once there is an account.
 */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The pattern of the route, never the path: paths contain ids, and queries contain user input. */
  readonly route?: string;
  readonly status?: number;
  readonly code?: string;
  readonly durationMs?: number;
  readonly accountId?: string;
  readonly userId?: string;
  /** Another user than `userId`, and the account of that one. */
  readonly otherAccountId?: string;
  readonly otherUserId?: string;
  readonly sessionId?: string;
  /** The name of a setting. */
  readonly setting?: string;
  readonly signal?: string;
  readonly port?: number;
  readonly answers?: number;
  readonly version?: string;
  readonly setupToken?: string;
  /** Logged as {@link DescribedError}. */
  readonly error?: unknown;
}

/** All log messages: a closed list, so that no message contains a value. */
export type LogMessage =
  | "request"
  | "request failed"
  | "ready"
  | "the first account needs this setup token"
  | "commands can't reach this service: opening its socket failed"
  | "a command failed"
  | "unknown setting"
  | "an allowed origin is of another site, and its pages can keep no session"
  | "X-Forwarded-For comes from a peer that is no trusted proxy"
  | "two users have one e-mail address, and the first signs in with its registration's spelling alone"
  | "others could read the secret file: its mode is 0600 now"
  | "stopping"
  | "stopped"
  | "stop was cut short"
  | "answers were cut, since their clients did not finish in time"
  | "stopping failed"
  | "reading the revocation feed failed"
  | "housekeeping failed"
  | "storing the place of a refresh failed"
  | "the database is older than a refresh token: was it restored?"
  | "a listener for ended sessions failed"
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
  "userId",
  "otherAccountId",
  "otherUserId",
  "sessionId",
  "setting",
  "signal",
  "port",
  "answers",
  "version",
  "setupToken",
] as const satisfies readonly Exclude<keyof LogFields, "error">[];

/**
 * Creates the log, which writes one line of JSON per call, with the fields of {@link LogFields} and no others.
 *
 * @param stream default: standard error
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
    if (logger.isLevelEnabled(severity)) logger[severity](pickFields(fields), message);
  };
}

function pickFields(fields: LogFields): Record<string, unknown> {
  const line = Object.fromEntries(
    FIELDS.map((name) => [name, fields[name]] as const).filter(
      ([, value]) => typeof value === "string" || typeof value === "number",
    ),
  );
  return fields.error === undefined ? line : { ...line, error: describeError(fields.error) };
}

const TROUBLE_LINES: Readonly<Record<Trouble["kind"], readonly [LogSeverity, LogMessage]>> = {
  feed_read_failed: ["warn", "reading the revocation feed failed"],
  sweep_failed: ["warn", "housekeeping failed"],
  database_went_back: ["error", "the database is older than a refresh token: was it restored?"],
  listener_failed: ["error", "a listener for ended sessions failed"],
};

/** Creates the engine's `onTrouble` callback, which logs what the engine reports. */
export const logTrouble =
  (log: Log) =>
  ({ kind, cause, accountId, sessionId }: Trouble): void => {
    const [severity, message] = TROUBLE_LINES[kind];
    log(severity, message, {
      ...(accountId === undefined ? {} : { accountId }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(cause === undefined ? {} : { error: cause }),
    });
  };

/** Creates the callback that logs two users of an earlier version who have one address. */
export const logSharedAddress =
  (log: Log) =>
  ({ user, owner }: SharedAddress): void =>
    log(
      "warn",
      "two users have one e-mail address, and the first signs in with its registration's spelling alone",
      {
        accountId: user.accountId,
        userId: user.userId,
        otherAccountId: owner.accountId,
        otherUserId: owner.userId,
      },
    );

/** An error as it is logged. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly frames: readonly string[];
  readonly cause?: DescribedError;
}

const MAX_FRAMES = 20;
const MAX_CAUSES = 4;

/**
 * Describes an error by its name, code, stack frames and causes. The message is left out, since messages quote input: a JSON
 * parser's contains the body, and that of an invalid header the header's value.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const cause =
    error.cause !== undefined && depth < MAX_CAUSES ? { cause: describeError(error.cause, depth + 1) } : {};
  return { name: error.name, ...code, frames: framesOf(error.stack ?? ""), ...cause };
}

/** Keeps only positions in files, since lines of the message can look like frames. */
const framesOf = (stack: string): string[] =>
  stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^at (?:[\w.<>[\] #$*]+ \()?(?:file:\/\/|node:|\/)[^\s"'{}]*:\d+:\d+\)?$/.test(line))
    .slice(0, MAX_FRAMES);
