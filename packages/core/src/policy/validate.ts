import {
  applyPatch,
  inheritDefaults,
  type PolicyBounds,
  type PolicyOverride,
  type PolicyPatch,
  type PolicySettings,
} from "./policy.js";

export type PolicyField = "idleMinutes" | "absoluteMinutes";

const FIELDS: readonly PolicyField[] = ["idleMinutes", "absoluteMinutes"];

/** A fault of one limit in a patch. */
export type PolicyFault =
  | { field: PolicyField; code: "wrong_type"; message: string }
  | { field: PolicyField; code: "out_of_range"; message: string; min: number; max: number }
  | { field: "idleMinutes"; code: "idle_exceeds_absolute"; message: string };

type LimitFault = Exclude<PolicyFault, { code: "idle_exceeds_absolute" }>;

export type PolicyValidation = { ok: true; override: PolicyOverride } | { ok: false; faults: PolicyFault[] };

/**
 * Validates a patch: each limit against the bounds, then idle against absolute on the effective values. Returns all
 * faults, or the resulting override.
 *
 * @param patch the change, in minutes; absent keeps a limit, null clears it
 * @param current the current override, in minutes
 * @param settings the operator's defaults and bounds, in minutes
 * @example validatePolicy({ idleMinutes: 5 }, INHERIT, DEFAULT_POLICY_SETTINGS) // out_of_range, min 10
 */
export function validatePolicy(
  patch: PolicyPatch,
  current: PolicyOverride,
  settings: PolicySettings,
): PolicyValidation {
  const faults = FIELDS.flatMap((field) => limitFaults(field, patch[field], settings.bounds));
  if (faults.length > 0) return { ok: false, faults };
  const override = applyPatch(current, patch);
  const changesLimits = patch.idleMinutes !== undefined || patch.absoluteMinutes !== undefined;
  const { idleMinutes, absoluteMinutes } = inheritDefaults(override, settings);
  if (changesLimits && idleMinutes > absoluteMinutes) {
    const message = `The idle timeout (${idleMinutes} minutes) must not be longer than the session may last (${absoluteMinutes} minutes).`;
    return { ok: false, faults: [{ field: "idleMinutes", code: "idle_exceeds_absolute", message }] };
  }
  return { ok: true, override };
}

/**
 * Validates one limit of a patch against the bounds.
 *
 * @param value in minutes; absent keeps the limit, null clears it
 * @param bounds in minutes
 */
export function limitFaults(field: PolicyField, value: unknown, bounds: PolicyBounds): LimitFault[] {
  if (value === undefined || value === null) return [];
  if (!Number.isSafeInteger(value))
    return [{ field, code: "wrong_type", message: "Must be a whole number of minutes, or null to inherit." }];
  const minutes = value as number;
  const min = bounds[`${field}Min`];
  const max = bounds[`${field}Max`];
  if (minutes >= min && minutes <= max) return [];
  const message = `Must be from ${min} to ${max} minutes.`;
  return [{ field, code: "out_of_range", message, min, max }];
}

/** The first fault of an operator's settings. */
export interface PolicySettingsFault {
  field: keyof PolicyBounds | "defaults.idleMinutes" | "defaults.absoluteMinutes";
  message: string;
}

/**
 * Validates the operator's defaults and bounds. Returns the first fault, or null.
 *
 * @param settings the operator's defaults and bounds, in minutes
 * @example policySettingsFault(DEFAULT_POLICY_SETTINGS) // null
 */
export function policySettingsFault(settings: PolicySettings): PolicySettingsFault | null {
  const { bounds, defaults } = settings;
  for (const field of Object.keys(bounds) as (keyof PolicyBounds)[])
    if (!isMinutes(bounds[field])) return { field, message: "must be a whole number of minutes, 1 or more" };
  for (const field of FIELDS) {
    const min = bounds[`${field}Min`];
    const max = bounds[`${field}Max`];
    if (min > max) return { field: `${field}Min`, message: `must not be above the maximum (${max})` };
    const value = defaults[field];
    if (!isMinutes(value) || value < min || value > max)
      return { field: `defaults.${field}`, message: `must be a whole number from ${min} to ${max}` };
  }
  if (defaults.idleMinutes > defaults.absoluteMinutes)
    return {
      field: "defaults.idleMinutes",
      message: `must not be above the default absolute lifetime (${defaults.absoluteMinutes})`,
    };
  return null;
}

/** 100 years: above any real bound, and safe to add to a time in milliseconds. */
const MAX_MINUTES = 52_560_000;

const isMinutes = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 1 && value <= MAX_MINUTES;
