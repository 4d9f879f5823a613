/** What an account set for itself; null inherits the live default. */
export interface PolicyOverride {
  readonly idleMinutes: number | null;
  readonly absoluteMinutes: number | null;
}

/** A change to an override (RFC 7396): absent leaves a limit as it is, null clears it. */
export interface PolicyPatch {
  readonly idleMinutes?: number | null;
  readonly absoluteMinutes?: number | null;
}

/** The two limits that hold once defaults are filled in. */
export interface EffectivePolicy {
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
}

/** How far an account may go, in minutes, both ends allowed. */
export interface PolicyBounds {
  readonly idleMinutesMin: number;
  readonly idleMinutesMax: number;
  readonly absoluteMinutesMin: number;
  readonly absoluteMinutesMax: number;
}

/** What the operator sets for all accounts. */
export interface PolicySettings {
  readonly defaults: EffectivePolicy;
  readonly bounds: PolicyBounds;
}

/** An account with no override of its own. */
export const INHERIT: PolicyOverride = { idleMinutes: null, absoluteMinutes: null };

/** The defaults: NIST SP 800-63B-4 §2.2.3 (AAL2: inactivity ≤ 1 hour, overall ≤ 24 hours). */
export const DEFAULT_POLICY_SETTINGS: PolicySettings = {
  defaults: { idleMinutes: 60, absoluteMinutes: 1440 },
  bounds: {
    idleMinutesMin: 10,
    idleMinutesMax: 43_200,
    absoluteMinutesMin: 30,
    absoluteMinutesMax: 129_600,
  },
};
