import type { SecurityPolicy, Versioned } from "@curfew/client";
import {
  type EffectivePolicy,
  type PolicyFault,
  type PolicyField,
  type PolicyOverride,
  type PolicySettings,
  PRESETS,
  type PresetName,
  resolvePolicy,
  validatePolicy,
} from "@curfew/core/policy";

/** The form's input: both limits as typed, in minutes, possibly invalid. */
export interface PolicyDraft {
  readonly preset: PresetName;
  readonly idleMinutes: string;
  readonly absoluteMinutes: string;
  readonly applyNow: boolean;
}

/** The part of the wire format that is about the policy, without the account's users. */
export type AccountPolicy = Omit<
  Versioned<SecurityPolicy>,
  "active_users" | "active_user_count" | "active_session_count"
>;

/** Leaves out the account's users. */
export function policyOnly({
  active_users: _,
  active_user_count: __,
  active_session_count: ___,
  ...policy
}: Versioned<SecurityPolicy>): AccountPolicy {
  return policy;
}

/** The operator's defaults and bounds, from the wire format. */
export const settingsOf = (policy: Omit<AccountPolicy, "etag">): PolicySettings => ({
  defaults: { idleMinutes: policy.default_idle_minutes, absoluteMinutes: policy.default_absolute_minutes },
  bounds: {
    idleMinutesMin: policy.idle_minutes_min,
    idleMinutesMax: policy.idle_minutes_max,
    absoluteMinutesMin: policy.absolute_minutes_min,
    absoluteMinutesMax: policy.absolute_minutes_max,
  },
});

/** The account's override, from the wire format. */
const overrideOf = (policy: Omit<AccountPolicy, "etag">): PolicyOverride => ({
  idleMinutes: policy.idle_minutes,
  absoluteMinutes: policy.absolute_minutes,
});

/** The effective limits, from the wire format. */
export const effectiveOf = (policy: Omit<AccountPolicy, "etag">): EffectivePolicy => ({
  idleMinutes: policy.effective_idle_minutes,
  absoluteMinutes: policy.effective_absolute_minutes,
});

/** An override in the wire format. */
export const wirePatch = (override: PolicyOverride) => ({
  idle_minutes: override.idleMinutes,
  absolute_minutes: override.absoluteMinutes,
});

const inputValues = ({ idleMinutes, absoluteMinutes }: EffectivePolicy) => ({
  idleMinutes: String(idleMinutes),
  absoluteMinutes: String(absoluteMinutes),
});

/** The initial draft: the effective limits. */
export const draftOf = (policy: Omit<AccountPolicy, "etag">): PolicyDraft => ({
  preset: policy.preset,
  ...inputValues(effectiveOf(policy)),
  applyNow: false,
});

/** The effective limits of a preset under the operator's defaults and bounds. */
export const presetLimits = (
  preset: Exclude<PresetName, "custom">,
  policy: Omit<AccountPolicy, "etag">,
): EffectivePolicy => resolvePolicy(PRESETS[preset], settingsOf(policy));

/** Selects a preset. Strict and Standard fill in their limits, Custom keeps the current input. */
export const choosePreset = (
  draft: PolicyDraft,
  preset: PresetName,
  policy: Omit<AccountPolicy, "etag">,
): PolicyDraft => ({
  ...draft,
  preset,
  ...(preset === "custom" ? {} : inputValues(presetLimits(preset, policy))),
});

const INTEGER = /^\s*-?\d+\s*$/;

/** Parses the input of a limit; NaN unless it is an integer. */
export const typedMinutes = (typed: string): number => (INTEGER.test(typed) ? Number(typed) : Number.NaN);

/** The override that the draft would save, in minutes; NaN for input that is not an integer. */
export const draftOverride = (draft: PolicyDraft): PolicyOverride =>
  draft.preset === "custom"
    ? { idleMinutes: typedMinutes(draft.idleMinutes), absoluteMinutes: typedMinutes(draft.absoluteMinutes) }
    : PRESETS[draft.preset];

/** All faults of the draft; empty if it can be saved. */
export function draftFaults(draft: PolicyDraft, policy: Omit<AccountPolicy, "etag">): readonly PolicyFault[] {
  const result = validatePolicy(draftOverride(draft), overrideOf(policy), settingsOf(policy));
  return result.ok ? [] : result.faults;
}

/** The draft as limits that can be drawn, idle cut to the maximum; null unless both are positive integers. */
export function draftLimits(draft: PolicyDraft): EffectivePolicy | null {
  const idleMinutes = typedMinutes(draft.idleMinutes);
  const absoluteMinutes = typedMinutes(draft.absoluteMinutes);
  const isDrawable =
    idleMinutes >= 1 && absoluteMinutes >= 1 && Number.isSafeInteger(idleMinutes + absoluteMinutes);
  return isDrawable ? { idleMinutes: Math.min(idleMinutes, absoluteMinutes), absoluteMinutes } : null;
}

/** Whether saving the draft would change anything. */
export const isDirty = (draft: PolicyDraft, policy: Omit<AccountPolicy, "etag">): boolean => {
  const initial = Object.entries(draftOf(policy));
  return initial.some(([field, value]) => draft[field as keyof PolicyDraft] !== value);
};

/**
 * The faults to show: those of fields that have lost the focus, and `idle_exceeds_absolute` once either field has. The
 * faults of a preset show at once, since no input can correct them.
 *
 * @param blurred fields that have lost the focus
 */
export const shownFaults = (
  draft: PolicyDraft,
  faults: readonly PolicyFault[],
  blurred: ReadonlySet<PolicyField>,
): readonly PolicyFault[] =>
  faults.filter(
    (fault) =>
      draft.preset !== "custom" ||
      blurred.has(fault.field) ||
      (fault.code === "idle_exceeds_absolute" && blurred.size > 0),
  );
