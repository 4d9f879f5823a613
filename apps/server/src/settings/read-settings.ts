import { type PolicySettings, type PolicySettingsFault, policySettingsFault } from "@curfew/core/policy";
import type { Environment, PostgresSettings, SettingFault, Settings } from "./model.js";
import { isSecretFile, readSecretFiles } from "./secret-files.js";
import { VARIABLES, type Values, type VariableName } from "./variables.js";

/**
 * Reads and validates all settings, and names the first invalid one. An empty variable counts as not set, and spaces around
 * a value are ignored. A secret can come from the file that `NAME_FILE` names.
 *
 * @param environment such as `process.env`
 * @example readSettings({ PORT: "http" }) // { ok: false, name: "PORT", message: "must be a whole number …" }
 */
export function readSettings(environment: Environment): { ok: true; settings: Settings } | SettingFault {
  const files = readSecretFiles(environment);
  if (!files.ok) return files;
  const textOf = (name: string): string | undefined =>
    files.texts[name] ?? (environment[name]?.trim() || undefined);
  const read = readValues(textOf);
  if (!read.ok) return read;
  const { values } = read;
  const policy = readPolicy(values);
  if (!policy.ok) return policy;
  const fault = databaseFault(values) ?? cookieFault(values);
  if (fault !== null) return fault;
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
      cookie: { name: values.CURFEW_COOKIE_NAME, sameSite: values.CURFEW_COOKIE_SAMESITE },
      hstsSubdomains: values.CURFEW_HSTS_SUBDOMAINS === "true",
      registration: values.CURFEW_REGISTRATION,
      policy: policy.policy,
      accessTokenSeconds: values.CURFEW_ACCESS_TOKEN_SECONDS,
      rotationGraceSeconds: values.CURFEW_ROTATION_GRACE_SECONDS,
      shadowLimit: values.CURFEW_SHADOW_LIMIT,
      warningSeconds: values.CURFEW_WARNING_SECONDS,
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

/** Replicas must share their secret, so a shared database requires one. */
const databaseFault = (values: Values): SettingFault | null =>
  values.DATABASE_URL !== null && values.CURFEW_SECRET === null
    ? { ok: false, name: "CURFEW_SECRET", message: "is required together with DATABASE_URL" }
    : null;

/** Browsers take `SameSite=None` only with `Secure`, which an http cookie can't have. */
const cookieFault = (values: Values): SettingFault | null =>
  values.CURFEW_COOKIE_SAMESITE === "none" && values.CURFEW_PUBLIC_URL?.startsWith("https:") !== true
    ? {
        ok: false,
        name: "CURFEW_COOKIE_SAMESITE",
        message: "can be none only with an https CURFEW_PUBLIC_URL",
      }
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
    .filter((name) => name.startsWith("CURFEW_") && !Object.hasOwn(VARIABLES, name) && !isSecretFile(name))
    .sort();

type PolicyVariable = Extract<
  VariableName,
  `CURFEW_${"DEFAULT_" | ""}${"IDLE" | "ABSOLUTE"}_MINUTES${string}`
>;

/** The variable of each policy field, followed by the variables that constrain it. */
const POLICY_VARIABLES: Readonly<
  Record<PolicySettingsFault["field"], readonly [PolicyVariable, ...PolicyVariable[]]>
> = {
  idleMinutesMin: ["CURFEW_IDLE_MINUTES_MIN", "CURFEW_IDLE_MINUTES_MAX"],
  idleMinutesMax: ["CURFEW_IDLE_MINUTES_MAX"],
  absoluteMinutesMin: ["CURFEW_ABSOLUTE_MINUTES_MIN", "CURFEW_ABSOLUTE_MINUTES_MAX"],
  absoluteMinutesMax: ["CURFEW_ABSOLUTE_MINUTES_MAX"],
  "defaults.idleMinutes": [
    "CURFEW_DEFAULT_IDLE_MINUTES",
    "CURFEW_IDLE_MINUTES_MIN",
    "CURFEW_IDLE_MINUTES_MAX",
    "CURFEW_DEFAULT_ABSOLUTE_MINUTES",
  ],
  "defaults.absoluteMinutes": [
    "CURFEW_DEFAULT_ABSOLUTE_MINUTES",
    "CURFEW_ABSOLUTE_MINUTES_MIN",
    "CURFEW_ABSOLUTE_MINUTES_MAX",
  ],
};

/**
 * Reads the policy from its variables, in minutes. If two variables contradict each other, the fault names the one whose
 * default would resolve it.
 */
function readPolicy(values: Values): { ok: true; policy: PolicySettings } | SettingFault {
  const policy = policyOf(values);
  const fault = policySettingsFault(policy);
  if (fault === null) return { ok: true, policy };
  const candidates = POLICY_VARIABLES[fault.field];
  const [faulty] = candidates;
  const name = candidates.find((candidate) => defaultResolves(candidate, values, fault)) ?? faulty;
  const message =
    name === faulty
      ? fault.message
      : `can't be ${values[name]}: ${faulty} is ${values[faulty]} and ${fault.message}`;
  return { ok: false, name, message };
}

function defaultResolves(name: PolicyVariable, values: Values, fault: PolicySettingsFault): boolean {
  const fallback = VARIABLES[name](undefined);
  return (
    fallback.ok && policySettingsFault(policyOf({ ...values, [name]: fallback.value }))?.field !== fault.field
  );
}

const policyOf = (values: Values): PolicySettings => ({
  defaults: {
    idleMinutes: values.CURFEW_DEFAULT_IDLE_MINUTES,
    absoluteMinutes: values.CURFEW_DEFAULT_ABSOLUTE_MINUTES,
  },
  bounds: {
    idleMinutesMin: values.CURFEW_IDLE_MINUTES_MIN,
    idleMinutesMax: values.CURFEW_IDLE_MINUTES_MAX,
    absoluteMinutesMin: values.CURFEW_ABSOLUTE_MINUTES_MIN,
    absoluteMinutesMax: values.CURFEW_ABSOLUTE_MINUTES_MAX,
  },
});
