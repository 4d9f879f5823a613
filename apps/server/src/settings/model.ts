import type { PolicySettings } from "@curfew/core/policy";
import type { SameSite } from "@curfew/http";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** The operator's settings, validated. */
export interface Settings {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The directory of the embedded database and the secret. */
  readonly dataDirectory: string;
  /** The database that replicas share; null for the embedded one. */
  readonly postgres: PostgresSettings | null;
  /** The first signs, all verify; null for the one in the data directory. */
  readonly secrets: readonly Uint8Array[] | null;
  /** An origin; null for `http://localhost` with the port of the listener. */
  readonly publicUrl: string | null;
  readonly allowedOrigins: readonly string[];
  /** Addresses and CIDR blocks. */
  readonly trustedProxies: readonly string[];
  /** The refresh cookie's. */
  readonly cookie: { readonly name: string; readonly sameSite: SameSite };
  readonly hstsSubdomains: boolean;
  readonly registration: "open" | "closed";
  readonly policy: PolicySettings;
  readonly accessTokenSeconds: number;
  readonly rotationGraceSeconds: number;
  readonly shadowLimit: number;
  /** How long before a deadline clients warn their user; each of them at most half of its session's limit. */
  readonly warningSeconds: number;
  readonly rateLimit: boolean;
  readonly reauthMinutes: number;
  readonly sessionsPerUser: number;
  readonly auditDays: number;
  readonly metricsToken: string | null;
  readonly logLevel: LogLevel;
  /** Unknown names that begin with `CURFEW_`, which are probably misspelt. */
  readonly unknownNames: readonly string[];
}

export interface PostgresSettings {
  /** Contains the password: never log or print it. */
  readonly url: string;
  /** A URL that bypasses the pooler; null to use `url`, unless that is a pooler's. */
  readonly directUrl: string | null;
  /** Whether `url` is a pooler's that assigns connections per transaction. */
  readonly pooled: boolean;
  /** Maximum number of connections. */
  readonly poolSize: number;
}

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An invalid setting, and why. The message never contains a secret. */
export interface SettingFault {
  readonly ok: false;
  readonly name: string;
  readonly message: string;
}
