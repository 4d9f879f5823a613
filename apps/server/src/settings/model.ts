import type { PolicySettings } from "@curfew/core/policy";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the operator decided, checked. */
export interface Settings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the embedded database and the secret are kept. */
  readonly dataDirectory: string;
  /** The database that replicas share; null: the embedded one. */
  readonly postgres: PostgresSettings | null;
  /** The first signs, all verify; null: one is kept in the data directory. */
  readonly secrets: readonly Uint8Array[] | null;
  /** An origin; null: `http://localhost` with the port that is listened on. */
  readonly publicUrl: string | null;
  readonly allowedOrigins: readonly string[];
  /** Addresses and CIDR blocks. */
  readonly trustedProxies: readonly string[];
  readonly registration: "open" | "closed";
  readonly policy: PolicySettings;
  readonly accessTokenSeconds: number;
  readonly rotationGraceSeconds: number;
  readonly rateLimit: boolean;
  readonly reauthMinutes: number;
  readonly sessionsPerUser: number;
  readonly auditDays: number;
  readonly metricsToken: string | null;
  readonly logLevel: LogLevel;
  /** Names that begin with `CURFEW_` and mean nothing: likely typing errors. */
  readonly unknownNames: readonly string[];
}

export interface PostgresSettings {
  /** With its password: to be told to nobody. */
  readonly url: string;
  /** Past any pooler; null: `url`, unless that is a pooler's. */
  readonly directUrl: string | null;
  /** `url` is a pooler's that hands each transaction another connection. */
  readonly pooled: boolean;
  /** The most connections at a time. */
  readonly poolSize: number;
}

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that makes no sense, and why. The message never repeats a secret. */
export interface SettingFault {
  readonly ok: false;
  readonly name: string;
  readonly message: string;
}
