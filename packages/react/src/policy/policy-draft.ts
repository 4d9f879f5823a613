import type { SecurityPolicy } from "@curfew/client";
import {
  type EffectivePolicy,
  type PolicyFault,
  type PolicyField,
  type PolicyOverride,
  PRESETS,
  type PresetName,
  resolvePolicy,
  validatePolicy,
} from "@curfew/core/policy";
import { effectiveOf, overrideOf, settingsOf } from "./policy-settings.js";

/** What stands in the form: the two inputs as typed, in minutes, whatever they hold. */
export interface PolicyDraft {
  readonly preset: PresetName;
  readonly idleMinutes: string;
  readonly absoluteMinutes: string;
  readonly applyNow: boolean;
}

const numbers = ({ idleMinutes, absoluteMinutes }: EffectivePolicy) => ({
  idleMinutes: String(idleMinutes),
  absoluteMinutes: String(absoluteMinutes),
});

/** The form as it stands before anybody types: the limits that hold. */
export const draftOf = (policy: SecurityPolicy): PolicyDraft => ({
  preset: policy.preset,
  ...numbers(effectiveOf(policy)),
  applyNow: false,
});

/** The limits that a named preset comes to under the operator's defaults and bounds. */
export const presetLimits = (
  preset: Exclude<PresetName, "custom">,
  policy: SecurityPolicy,
): EffectivePolicy => resolvePolicy(PRESETS[preset], settingsOf(policy));

/** Chooses a preset: a named one shows its own numbers, Custom keeps those that stand. */
export const choosePreset = (
  draft: PolicyDraft,
  preset: PresetName,
  policy: SecurityPolicy,
): PolicyDraft => ({
  ...draft,
  preset,
  ...(preset === "custom" ? {} : numbers(presetLimits(preset, policy))),
});

const WHOLE = /^\s*-?\d+\s*$/;

/** What was typed as a number; NaN where it is no whole one. */
export const typedMinutes = (typed: string): number => (WHOLE.test(typed) ? Number(typed) : Number.NaN);

/** What the form would save, in minutes; NaN where something typed is no whole number. */
export const draftOverride = (draft: PolicyDraft): PolicyOverride =>
  draft.preset === "custom"
    ? { idleMinutes: typedMinutes(draft.idleMinutes), absoluteMinutes: typedMinutes(draft.absoluteMinutes) }
    : PRESETS[draft.preset];

/** All that is wrong with what stands in the form; empty where it can be saved. */
export function draftFaults(draft: PolicyDraft, policy: SecurityPolicy): readonly PolicyFault[] {
  const result = validatePolicy(draftOverride(draft), overrideOf(policy), settingsOf(policy));
  return result.ok ? [] : result.faults;
}

/** The limits that the form's numbers come to; null while one of them is no number of minutes. */
export function draftLimits(draft: PolicyDraft): EffectivePolicy | null {
  const idleMinutes = typedMinutes(draft.idleMinutes);
  const absoluteMinutes = typedMinutes(draft.absoluteMinutes);
  const isDrawable =
    idleMinutes >= 1 && absoluteMinutes >= 1 && Number.isSafeInteger(idleMinutes + absoluteMinutes);
  return isDrawable ? { idleMinutes: Math.min(idleMinutes, absoluteMinutes), absoluteMinutes } : null;
}

/** Tells whether saving would do anything that the policy as it stands does not. */
export const isDirty = (draft: PolicyDraft, policy: SecurityPolicy): boolean => {
  const base = draftOf(policy);
  return (
    draft.applyNow ||
    draft.preset !== base.preset ||
    draft.idleMinutes !== base.idleMinutes ||
    draft.absoluteMinutes !== base.absoluteMinutes
  );
};

/**
 * The faults to show: a field's once the person has left it; that idle is longer than the maximum, once either has been.
 * A preset can't be mended by typing, so its faults show at once.
 */
export const shownFaults = (
  draft: PolicyDraft,
  faults: readonly PolicyFault[],
  left: ReadonlySet<PolicyField>,
): readonly PolicyFault[] =>
  faults.filter(
    (fault) =>
      draft.preset !== "custom" ||
      left.has(fault.field) ||
      (fault.code === "idle_exceeds_absolute" && left.size > 0),
  );
