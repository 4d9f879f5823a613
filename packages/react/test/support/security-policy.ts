import type { SecurityPolicy, Versioned } from "@curfew/client";

/** The policy response of an account without an override and without active users. */
export const securityPolicy = (
  changes: Partial<Versioned<SecurityPolicy>> = {},
): Versioned<SecurityPolicy> => ({
  etag: '"1"',
  version: 1,
  idle_minutes: null,
  absolute_minutes: null,
  effective_idle_minutes: 60,
  effective_absolute_minutes: 1440,
  default_idle_minutes: 60,
  default_absolute_minutes: 1440,
  idle_minutes_min: 10,
  idle_minutes_max: 43_200,
  absolute_minutes_min: 30,
  absolute_minutes_max: 129_600,
  preset: "standard",
  active_users: [],
  active_user_count: 0,
  active_session_count: 0,
  ...changes,
});

/** The policy response of an account that overrides both limits. */
export const customPolicy = (idle: number, absolute: number, etag = '"2"'): Versioned<SecurityPolicy> =>
  securityPolicy({
    etag,
    version: Number(etag.slice(1, -1)),
    idle_minutes: idle,
    absolute_minutes: absolute,
    effective_idle_minutes: idle,
    effective_absolute_minutes: absolute,
    preset: "custom",
  });
