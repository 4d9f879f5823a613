import type { Environment, PostgresSettings, SettingFault, Settings } from "./model.js";
import { readPolicy } from "./policy-variables.js";
import { VARIABLES, type Values } from "./variables.js";

/**
 * Reads and checks every setting; the first that makes no sense is told by name. Pure.
 *
 * An empty variable counts as absent, and spaces around a value don't count.
 *
 * @param environment such as `process.env`
 * @example readSettings({ PORT: "http" }) // { ok: false, name: "PORT", message: "must be a whole number …" }
 */
export function readSettings(environment: Environment): { ok: true; settings: Settings } | SettingFault {
  const textOf = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const read = readValues(textOf);
  if (!read.ok) return read;
  const { values } = read;
  const policy = readPolicy(values);
  if (!policy.ok) return policy;
  const database = databaseFault(values);
  if (database !== null) return database;
  return {
    ok: true,
    settings: {
      host: values.HOST,
      port: values.PORT,
      dataDirectory: values.CURFEW_DATA_DIR,
      postgres: postgresOf(values),
      secrets: values.CURFEW_SECRET,
      publicUrl: values.CURFEW_PUBLIC_URL,
      allowedOrigins: values.CURFEW_ALLOWED_ORIGINS,
      trustedProxies: values.CURFEW_TRUSTED_PROXIES,
      registration: values.CURFEW_REGISTRATION,
      policy: policy.policy,
      accessTokenSeconds: values.CURFEW_ACCESS_TOKEN_SECONDS,
      rotationGraceSeconds: values.CURFEW_ROTATION_GRACE_SECONDS,
      rateLimit: values.CURFEW_RATE_LIMIT === "on",
      reauthMinutes: values.CURFEW_REAUTH_MINUTES,
      sessionsPerUser: values.CURFEW_SESSIONS_PER_USER,
      auditDays: values.CURFEW_AUDIT_DAYS,
      metricsToken: values.CURFEW_METRICS_TOKEN,
      logLevel: values.CURFEW_LOG_LEVEL,
      unknownNames: unknownNames(environment),
    },
  };
}

function readValues(
  textOf: (name: string) => string | undefined,
): { ok: true; values: Values } | SettingFault {
  const values: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(VARIABLES)) {
    const parsed = parse(textOf(name));
    if (!parsed.ok) return { ok: false, name, message: parsed.message };
    values[name] = parsed.value;
  }
  return { ok: true, values: values as Values };
}

/** Replicas must share a secret, so a shared database needs one that is told. */
const databaseFault = (values: Values): SettingFault | null =>
  values.DATABASE_URL !== null && values.CURFEW_SECRET === null
    ? { ok: false, name: "CURFEW_SECRET", message: "is required together with DATABASE_URL" }
    : null;

const postgresOf = (values: Values): PostgresSettings | null =>
  values.DATABASE_URL === null
    ? null
    : {
        url: values.DATABASE_URL,
        directUrl: values.CURFEW_DATABASE_DIRECT_URL,
        pooled: values.CURFEW_DATABASE_POOLED === "true",
        poolSize: values.CURFEW_DATABASE_POOL,
      };

const unknownNames = (environment: Environment): string[] =>
  Object.keys(environment)
    .filter((name) => name.startsWith("CURFEW_") && !Object.hasOwn(VARIABLES, name))
    .sort();
