import type { SecurityPolicy, Versioned } from "@curfew/client";
import type { EffectivePolicy, PolicyFault, PolicyField } from "@curfew/core/policy";
import { useState } from "react";
import { draftFaults, draftLimits, draftOf, isDirty, type PolicyDraft, shownFaults } from "./policy-draft.js";
import { effectiveOf } from "./policy-settings.js";

/** What somebody has typed, on which version of the policy, and the last of it that could be drawn. */
interface Typed {
  readonly draft: PolicyDraft;
  readonly base: Versioned<SecurityPolicy>;
  readonly limits: EffectivePolicy;
}

/** The form as it stands. */
export interface PolicyForm {
  readonly draft: PolicyDraft;
  /** The version that the draft was begun on: the newest one where nothing is typed. */
  readonly base: Versioned<SecurityPolicy>;
  readonly dirty: boolean;
  /** Somebody else has saved since the draft was begun. */
  readonly overtaken: boolean;
  readonly faults: readonly PolicyFault[];
  /** The faults that the person should see by now. */
  readonly shown: readonly PolicyFault[];
  /** The numbers in the form; while they have a fault, the last that had none. */
  readonly limits: EffectivePolicy;
  change(draft: PolicyDraft): void;
  leave(field: PolicyField): void;
  /** Takes what was typed away, so that the form shows what the server holds. */
  reset(): void;
}

/**
 * Holds what is typed into the policy form: nothing typed follows the server, something typed stays until `reset`.
 *
 * @param policy the newest that the server has told
 */
export function usePolicyForm(policy: Versioned<SecurityPolicy>): PolicyForm {
  const [typed, setTyped] = useState<Typed | null>(null);
  const [left, setLeft] = useState<ReadonlySet<PolicyField>>(NOTHING);
  const base = typed?.base ?? policy;
  const draft = typed?.draft ?? draftOf(policy);
  const limits = typed?.limits ?? effectiveOf(policy);
  const faults = draftFaults(draft, base);
  return {
    draft,
    base,
    dirty: typed !== null,
    overtaken: policy.etag !== base.etag,
    faults,
    shown: shownFaults(draft, faults, left),
    limits,
    change(next) {
      const drawn = draftFaults(next, base).length === 0 ? draftLimits(next) : null;
      setTyped(isDirty(next, base) ? { draft: next, base, limits: drawn ?? limits } : null);
    },
    leave(field) {
      if (faults.length > 0) setLeft((fields) => new Set([...fields, field]));
    },
    reset() {
      setTyped(null);
      setLeft(NOTHING);
    },
  };
}

const NOTHING: ReadonlySet<PolicyField> = new Set();
