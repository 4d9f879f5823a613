/** The limits that an account has set; null inherits the current default. */
export interface PolicyOverride {
  readonly idleMinutes: number | null;
  readonly absoluteMinutes: number | null;
}

/** A change to an override (RFC 7396): an absent limit is kept, null clears it. */
export interface PolicyPatch {
  readonly idleMinutes?: number | null;
  readonly absoluteMinutes?: number | null;
}

/** The two limits in effect once defaults are filled in. */
export interface EffectivePolicy {
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
}

/** The range that an account may choose from, in minutes, inclusive. */
export interface PolicyBounds {
  readonly idleMinutesMin: number;
  readonly idleMinutesMax: number;
  readonly absoluteMinutesMin: number;
  readonly absoluteMinutesMax: number;
}

/** The operator's settings for all accounts. */
export interface PolicySettings {
  readonly defaults: EffectivePolicy;
  readonly bounds: PolicyBounds;
}

/** The override of an account that has set nothing. */
export const INHERIT: PolicyOverride = { idleMinutes: null, absoluteMinutes: null };

/** NIST SP 800-63B-4 §2.2.3 (AAL2: inactivity ≤ 1 hour, overall ≤ 24 hours). */
export const DEFAULT_POLICY_SETTINGS: PolicySettings = {
  defaults: { idleMinutes: 60, absoluteMinutes: 1440 },
  bounds: {
    idleMinutesMin: 10,
    idleMinutesMax: 43_200,
    absoluteMinutesMin: 30,
    absoluteMinutesMax: 129_600,
  },
};

export type PresetName = "standard" | "strict" | "custom";

/**
 * The named overrides. `standard` inherits the current default. `strict` is NIST SP 800-63B-4 §2.3.3
 * (AAL3: ≤ 15 minutes, ≤ 12 hours) and PCI DSS 8.2.8 (≤ 15 minutes).
 */
export const PRESETS: Readonly<Record<Exclude<PresetName, "custom">, PolicyOverride>> = {
  standard: INHERIT,
  strict: { idleMinutes: 15, absoluteMinutes: 720 },
};

/**
 * Returns the name of the preset that equals an override, else `custom`.
 *
 * @param override the account's override, in minutes
 * @example presetOf({ idleMinutes: 15, absoluteMinutes: 720 }) // "strict"
 */
export function presetOf(override: PolicyOverride): PresetName {
  for (const name of ["standard", "strict"] as const) {
    const preset = PRESETS[name];
    if (override.idleMinutes === preset.idleMinutes && override.absoluteMinutes === preset.absoluteMinutes)
      return name;
  }
  return "custom";
}

/**
 * Fills in the defaults and clamps each limit to the current bounds, which may be narrower than those it was saved
 * under. The result may have idle above absolute; `resolvePolicy` corrects that.
 *
 * @param override the account's override, in minutes
 * @param settings the operator's defaults and bounds, in minutes
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

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

/**
 * Returns the policy in effect: defaults filled in, idle at most the absolute lifetime. Idle exceeds absolute only when
 * the operator changed a default or a bound after the override was saved.
 *
 * @param override the account's override, in minutes
 * @param settings the operator's defaults and bounds, in minutes
 * @example resolvePolicy({ idleMinutes: null, absoluteMinutes: 720 }, DEFAULT_POLICY_SETTINGS)
 */
export function resolvePolicy(override: PolicyOverride, settings: PolicySettings): EffectivePolicy {
  const { idleMinutes, absoluteMinutes } = inheritDefaults(override, settings);
  return { idleMinutes: Math.min(idleMinutes, absoluteMinutes), absoluteMinutes };
}

/**
 * Applies a patch to an override (RFC 7396: absent keeps, null clears).
 *
 * @param override the current override, in minutes
 * @param patch the change, in minutes
 */
export function applyPatch(override: PolicyOverride, patch: PolicyPatch): PolicyOverride {
  return {
    idleMinutes: patch.idleMinutes === undefined ? override.idleMinutes : patch.idleMinutes,
    absoluteMinutes: patch.absoluteMinutes === undefined ? override.absoluteMinutes : patch.absoluteMinutes,
  };
}

/**
 * Returns whether a change loosens the policy: either limit becomes longer.
 *
 * @param before the current limits, in minutes
 * @param after the new limits, in minutes
 */
export function loosens(before: EffectivePolicy, after: EffectivePolicy): boolean {
  return after.idleMinutes > before.idleMinutes || after.absoluteMinutes > before.absoluteMinutes;
}
