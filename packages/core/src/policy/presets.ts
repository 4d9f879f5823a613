import type { PolicyOverride } from "./model.js";
import { INHERIT } from "./model.js";

export type PresetName = "standard" | "strict" | "custom";

/**
 * The named overrides. Strict is NIST SP 800-63B-4 §2.3.3 (AAL3: ≤ 15 minutes, ≤ 12 hours) and
 * PCI DSS 8.2.8 (≤ 15 minutes); standard inherits the live default.
 */
export const PRESETS: Readonly<Record<Exclude<PresetName, "custom">, PolicyOverride>> = {
  standard: INHERIT,
  strict: { idleMinutes: 15, absoluteMinutes: 720 },
};

/**
 * Names the preset that an override is, `custom` where it is none.
 *
 * @param override what the account set, in minutes
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
