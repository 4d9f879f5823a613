import type { PolicyBounds, PolicySettings } from "./model.js";

/** What is wrong with an operator's settings, and with which of them. */
export interface PolicySettingsFault {
  field: keyof PolicyBounds | "defaults.idleMinutes" | "defaults.absoluteMinutes";
  message: string;
}

/**
 * Finds the first thing that makes no sense in defaults and bounds: null where all is well.
 *
 * @param settings the operator's defaults and bounds, in minutes
 * @example policySettingsFault(DEFAULT_POLICY_SETTINGS) // null
 */
export function policySettingsFault(settings: PolicySettings): PolicySettingsFault | null {
  const { bounds, defaults } = settings;
  for (const field of Object.keys(bounds) as (keyof PolicyBounds)[])
    if (!isMinutes(bounds[field])) return { field, message: "must be a whole number of minutes, 1 or more" };
  for (const limit of ["idleMinutes", "absoluteMinutes"] as const) {
    const min = bounds[`${limit}Min`];
    const max = bounds[`${limit}Max`];
    if (min > max) return { field: `${limit}Min`, message: `must not be above the maximum (${max})` };
    const value = defaults[limit];
    if (!isMinutes(value) || value < min || value > max)
      return { field: `defaults.${limit}`, message: `must be a whole number from ${min} to ${max}` };
  }
  if (defaults.idleMinutes > defaults.absoluteMinutes)
    return {
      field: "defaults.idleMinutes",
      message: `must not be above the default absolute lifetime (${defaults.absoluteMinutes})`,
    };
  return null;
}

/** A hundred years: far past any real bound, and safe to add to a time in milliseconds. */
const MOST_MINUTES = 52_560_000;

const isMinutes = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 1 && value <= MOST_MINUTES;
