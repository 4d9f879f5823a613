import type { PolicyBounds, PolicyOverride, PolicyPatch, PolicySettings } from "./model.js";
import { applyPatch, inheritDefaults } from "./resolve.js";

export type PolicyField = "idleMinutes" | "absoluteMinutes";

/** What is wrong with one limit. */
export type PolicyFault =
  | { field: PolicyField; code: "wrong_type"; message: string }
  | { field: PolicyField; code: "out_of_range"; message: string; min: number; max: number }
  | { field: "idleMinutes"; code: "idle_exceeds_absolute"; message: string };

export type PolicyValidation = { ok: true; override: PolicyOverride } | { ok: false; faults: PolicyFault[] };

/**
 * Checks a patch against the bounds and, on the effective values, idle against absolute; tells all faults at once.
 *
 * @param patch what is to change, in minutes; absent leaves a limit alone, null clears it
 * @param current the override as it stands
 * @param settings the operator's defaults and bounds, in minutes
 * @example validatePolicy({ idleMinutes: 5 }, INHERIT, DEFAULT_POLICY_SETTINGS) // out_of_range, min 10
 */
export function validatePolicy(
  patch: PolicyPatch,
  current: PolicyOverride,
  settings: PolicySettings,
): PolicyValidation {
  const faults = (["idleMinutes", "absoluteMinutes"] as const).flatMap((field) =>
    limitFaults(field, patch[field], settings.bounds),
  );
  if (faults.length > 0) return { ok: false, faults };
  const override = applyPatch(current, patch);
  const touched = patch.idleMinutes !== undefined || patch.absoluteMinutes !== undefined;
  const { idleMinutes, absoluteMinutes } = inheritDefaults(override, settings);
  if (touched && idleMinutes > absoluteMinutes) {
    const message = `The idle timeout (${idleMinutes} minutes) must not be longer than the session may last (${absoluteMinutes} minutes).`;
    return { ok: false, faults: [{ field: "idleMinutes", code: "idle_exceeds_absolute", message }] };
  }
  return { ok: true, override };
}

function limitFaults(
  field: PolicyField,
  value: number | null | undefined,
  bounds: PolicyBounds,
): PolicyFault[] {
  if (value === undefined || value === null) return [];
  if (!Number.isSafeInteger(value))
    return [{ field, code: "wrong_type", message: "Must be a whole number of minutes, or null to inherit." }];
  const min = bounds[`${field}Min`];
  const max = bounds[`${field}Max`];
  if (value >= min && value <= max) return [];
  const message = `Must be from ${min} to ${max} minutes.`;
  return [{ field, code: "out_of_range", message, min, max }];
}
