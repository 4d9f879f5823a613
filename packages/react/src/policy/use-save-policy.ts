import { CurfewProblem } from "@curfew/client";
import { useState } from "react";
import { useCurfew } from "../provider/context.js";
import { useReauthentication } from "../reauthentication/use-reauthentication.js";
import { type Action, useAction } from "../server-state/use-action.js";
import { POLICY_KEY, useResourceStore } from "../server-state/use-resource.js";
import { draftOverride } from "./policy-draft.js";
import { wirePatch } from "./policy-settings.js";
import type { PolicyForm } from "./use-policy-form.js";

/** What saving has come to. */
export interface SavePolicy {
  /** Saves; where that ends the caller's own session it asks first, unless it was confirmed. */
  readonly save: Action<[confirmed: boolean]>;
  /** The question stands: the caller's own session would end. */
  readonly asking: boolean;
  cancel(): void;
  readonly saved: boolean;
  /** The server refused the change: it was made on an older version. */
  readonly refused: boolean;
  /** An edit or a reload: what was said of the last attempt holds no more. */
  forget(): void;
}

type Outcome = "none" | "asking" | "saved" | "refused";

/**
 * Saves what stands in the form, on the version that it was begun on (RFC 9110 §13.1.1).
 *
 * @param form what is typed
 * @param onSaved called once the server has answered
 */
export function useSavePolicy(form: PolicyForm, onSaved: (() => void) | undefined): SavePolicy {
  const { api } = useCurfew();
  const store = useResourceStore();
  const reauthenticated = useReauthentication();
  const [outcome, setOutcome] = useState<Outcome>("none");
  const { draft, base } = form;

  const save = useAction(async (confirmed: boolean) => {
    const body = wirePatch(draftOverride(draft));
    setOutcome("none");
    if (draft.applyNow && !confirmed) {
      const preview = await api("POST /api/accounts/me/security/preview", { body });
      if (preview.caller_session_ends) return setOutcome("asking");
    }
    const change = { ...body, apply: draft.applyNow ? ("now" as const) : ("next_login" as const) };
    try {
      const { applied: _, ...policy } = await reauthenticated(() =>
        api("PATCH /api/accounts/me/security", { body: change, etag: base.etag }),
      );
      store.setData(POLICY_KEY, () => policy);
    } catch (error) {
      if (!(error instanceof CurfewProblem && error.code === "precondition_failed")) throw error;
      setOutcome("refused");
      return void store.refresh(POLICY_KEY);
    }
    form.reset();
    setOutcome("saved");
    onSaved?.();
    void store.refresh("events");
    if (draft.applyNow) void store.refresh("sessions");
  });

  return {
    save,
    asking: outcome === "asking",
    saved: outcome === "saved",
    refused: outcome === "refused",
    cancel: () => setOutcome("none"),
    forget() {
      setOutcome("none");
      save.clearProblem();
    },
  };
}
