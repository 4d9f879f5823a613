import { DEFAULT_POLICY_SETTINGS } from "@curfew/core/policy";
import { LOG_LEVELS } from "./model.js";
import {
  addressBlock,
  anyText,
  bearerToken,
  browserOrigin,
  commaSeparated,
  cookieName,
  oneOf,
  optional,
  type Parser,
  postgresUrl,
  publicUrl,
  secretText,
  wholeNumber,
} from "./parsers.js";

const { bounds, defaults } = DEFAULT_POLICY_SETTINGS;

const minutes = wholeNumber(1, 52_560_000);

/** The parser of every environment variable that is read. */
export const VARIABLES = {
  HOST: optional(anyText, "127.0.0.1"),
  PORT: optional(wholeNumber(0, 65_535), 4000),
  DATABASE_URL: optional(postgresUrl, null),
  CURFEW_DATABASE_DIRECT_URL: optional(postgresUrl, null),
  CURFEW_DATABASE_POOLED: optional(oneOf(["true", "false"]), "false"),
  CURFEW_DATABASE_POOL: optional(wholeNumber(1, 1000), 10),
  CURFEW_DATA_DIR: optional(anyText, "./data"),
  CURFEW_SECRET: optional(commaSeparated(secretText), null),
  CURFEW_PUBLIC_URL: optional(publicUrl, null),
  CURFEW_ALLOWED_ORIGINS: optional(commaSeparated(browserOrigin), []),
  CURFEW_TRUSTED_PROXIES: optional(commaSeparated(addressBlock), []),
  CURFEW_COOKIE_NAME: optional(cookieName, "curfew_refresh"),
  CURFEW_COOKIE_SAMESITE: optional(oneOf(["strict", "lax", "none"]), "strict"),
  CURFEW_HSTS_SUBDOMAINS: optional(oneOf(["true", "false"]), "false"),
  CURFEW_REGISTRATION: optional(oneOf(["open", "closed"]), "open"),
  CURFEW_DEFAULT_IDLE_MINUTES: optional(minutes, defaults.idleMinutes),
  CURFEW_DEFAULT_ABSOLUTE_MINUTES: optional(minutes, defaults.absoluteMinutes),
  CURFEW_IDLE_MINUTES_MIN: optional(minutes, bounds.idleMinutesMin),
  CURFEW_IDLE_MINUTES_MAX: optional(minutes, bounds.idleMinutesMax),
  CURFEW_ABSOLUTE_MINUTES_MIN: optional(minutes, bounds.absoluteMinutesMin),
  CURFEW_ABSOLUTE_MINUTES_MAX: optional(minutes, bounds.absoluteMinutesMax),
  CURFEW_ACCESS_TOKEN_SECONDS: optional(wholeNumber(1, 3600), 300),
  CURFEW_ROTATION_GRACE_SECONDS: optional(wholeNumber(0, 60), 10),
  CURFEW_SHADOW_LIMIT: optional(wholeNumber(0, 1000), 3),
  CURFEW_WARNING_SECONDS: optional(wholeNumber(60, 900), 300),
  CURFEW_RATE_LIMIT: optional(oneOf(["on", "off"]), "on"),
  CURFEW_REAUTH_MINUTES: optional(wholeNumber(0, 525_600), 15),
  CURFEW_SESSIONS_PER_USER: optional(wholeNumber(1, 10_000), 100),
  CURFEW_AUDIT_DAYS: optional(wholeNumber(1, 36_500), 365),
  CURFEW_METRICS_TOKEN: optional(bearerToken, null),
  CURFEW_LOG_LEVEL: optional(oneOf(LOG_LEVELS), "info"),
} as const;

export type VariableName = keyof typeof VARIABLES;

/** The parsed value of each variable. */
export type Values = {
  readonly [Name in VariableName]: (typeof VARIABLES)[Name] extends Parser<infer Value> ? Value : never;
};
