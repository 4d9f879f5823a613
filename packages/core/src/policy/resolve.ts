import type { EffectivePolicy, PolicyOverride, PolicyPatch, PolicySettings } from "./model.js";

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

/**
 * Fills the defaults in, each limit by itself.
 *
 * An override stays within the bounds that hold now, also where it was saved under wider ones.
 */
export function inheritDefaults(override: PolicyOverride, settings: PolicySettings): EffectivePolicy {
  const { defaults, bounds } = settings;
  return {
    idleMinutes: clamp(
      override.idleMinutes ?? defaults.idleMinutes,
      bounds.idleMinutesMin,
      bounds.idleMinutesMax,
    ),
    absoluteMinutes: clamp(
      override.absoluteMinutes ?? defaults.absoluteMinutes,
      bounds.absoluteMinutesMin,
      bounds.absoluteMinutesMax,
    ),
  };
}

/**
 * The policy in effect: defaults filled in, and idle never past the absolute lifetime (which can happen
 * only where the operator moved a default or a bound after an override was saved).
 *
 * @param override what the account set, in minutes
 * @param settings the operator's defaults and bounds, in minutes
 * @example resolvePolicy({ idleMinutes: null, absoluteMinutes: 720 }, DEFAULT_POLICY_SETTINGS)
 */
export function resolvePolicy(override: PolicyOverride, settings: PolicySettings): EffectivePolicy {
  const { idleMinutes, absoluteMinutes } = inheritDefaults(override, settings);
  return { idleMinutes: Math.min(idleMinutes, absoluteMinutes), absoluteMinutes };
}

/** The override that `patch` makes of `override` (RFC 7396: absent is unchanged, null clears). */
export function applyPatch(override: PolicyOverride, patch: PolicyPatch): PolicyOverride {
  return {
    idleMinutes: patch.idleMinutes === undefined ? override.idleMinutes : patch.idleMinutes,
    absoluteMinutes: patch.absoluteMinutes === undefined ? override.absoluteMinutes : patch.absoluteMinutes,
  };
}

/** Tells whether `after` lets any session live longer than `before` does: one limit is enough. */
export function loosens(before: EffectivePolicy, after: EffectivePolicy): boolean {
  return after.idleMinutes > before.idleMinutes || after.absoluteMinutes > before.absoluteMinutes;
}
