import type { SecurityPolicy } from "@curfew/client";
import type { EffectivePolicy, PolicyOverride, PolicySettings } from "@curfew/core/policy";

/** What the policy's own rules work on, taken from the answer of the server: the operator's defaults and bounds. */
export const settingsOf = (policy: SecurityPolicy): PolicySettings => ({
  defaults: { idleMinutes: policy.default_idle_minutes, absoluteMinutes: policy.default_absolute_minutes },
  bounds: {
    idleMinutesMin: policy.idle_minutes_min,
    idleMinutesMax: policy.idle_minutes_max,
    absoluteMinutesMin: policy.absolute_minutes_min,
    absoluteMinutesMax: policy.absolute_minutes_max,
  },
});

/** What the account set for itself. */
export const overrideOf = (policy: SecurityPolicy): PolicyOverride => ({
  idleMinutes: policy.idle_minutes,
  absoluteMinutes: policy.absolute_minutes,
});

/** The two limits that hold now. */
export const effectiveOf = (policy: SecurityPolicy): EffectivePolicy => ({
  idleMinutes: policy.effective_idle_minutes,
  absoluteMinutes: policy.effective_absolute_minutes,
});

/** An override as the calls take it. */
export const wirePatch = (override: PolicyOverride) => ({
  idle_minutes: override.idleMinutes,
  absolute_minutes: override.absoluteMinutes,
});
