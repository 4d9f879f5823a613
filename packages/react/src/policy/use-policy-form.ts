import type { EffectivePolicy, PolicyFault, PolicyField } from "@curfew/core/policy";
import { useState } from "react";
import {
  type AccountPolicy,
  draftFaults,
  draftLimits,
  draftOf,
  effectiveOf,
  isDirty,
  type PolicyDraft,
  shownFaults,
} from "./policy-draft.js";

/** Unsaved input, the policy version it is based on, and the last valid limits in it. */
interface UnsavedDraft {
  readonly draft: PolicyDraft;
  readonly base: AccountPolicy;
  readonly limits: EffectivePolicy;
}

/** The state of the policy form. */
export interface PolicyForm {
  readonly draft: PolicyDraft;
  /** The policy version that the draft is based on; the newest one while the form is clean. */
  readonly base: AccountPolicy;
  readonly dirty: boolean;
  /** Whether the policy changed on the server since the first edit. */
  readonly outdated: boolean;
  readonly faults: readonly PolicyFault[];
  /** The faults to show now. */
  readonly shownFaults: readonly PolicyFault[];
  /** The limits in the form; while they have a fault, the last valid ones. */
  readonly limits: EffectivePolicy;
  change(draft: PolicyDraft): void;
  /** Records that a field has lost the focus. */
  blur(field: PolicyField): void;
  /** Discards the input and shows the server's policy. */
  reset(): void;
}

const NO_FIELDS: ReadonlySet<PolicyField> = new Set();

/**
 * Holds the input of the policy form. A clean form follows the server; unsaved input stays until `reset`.
 *
 * @param policy the newest policy from the server
 */
export function usePolicyForm(policy: AccountPolicy): PolicyForm {
  const [unsaved, setUnsaved] = useState<UnsavedDraft | null>(null);
  const [blurred, setBlurred] = useState(NO_FIELDS);
  const base = unsaved?.base ?? policy;
  const draft = unsaved?.draft ?? draftOf(policy);
  const limits = unsaved?.limits ?? effectiveOf(policy);
  const faults = draftFaults(draft, base);
  return {
    draft,
    base,
    dirty: unsaved !== null,
    outdated: policy.etag !== base.etag,
    faults,
    shownFaults: shownFaults(draft, faults, blurred),
    limits,
    change(next) {
      const validLimits = draftFaults(next, base).length === 0 ? draftLimits(next) : null;
      setUnsaved(isDirty(next, base) ? { draft: next, base, limits: validLimits ?? limits } : null);
    },
    blur(field) {
      if (faults.length > 0) setBlurred((fields) => new Set([...fields, field]));
    },
    reset() {
      setUnsaved(null);
      setBlurred(NO_FIELDS);
    },
  };
}
