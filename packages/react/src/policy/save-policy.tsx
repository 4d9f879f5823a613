import { isCurfewProblem } from "@curfew/client";
import { useState } from "react";
import { Button } from "../controls/button.js";
import { Dialog, DialogActions } from "../controls/dialog.js";
import { CheckIcon } from "../controls/icons.js";
import { useReauthentication } from "../reauthentication/reauthentication-requests.js";
import { Failure } from "../server-state/request-status.js";
import { type Action, useAction } from "../server-state/use-action.js";
import { POLICY_KEY, useResourceStore } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import { draftOverride, wirePatch } from "./policy-draft.js";
import type { PolicyForm } from "./use-policy-form.js";

type Outcome = "none" | "confirming" | "saved" | "conflict";

/** Saving the policy, with the outcome of the last attempt. */
interface PolicySave {
  /** Saves. Asks for confirmation first if that ends the caller's own session and `confirmed` is false. */
  readonly action: Action<[confirmed: boolean]>;
  readonly outcome: Outcome;
  cancel(): void;
  /** Clears the outcome and the problem of the last attempt. */
  reset(): void;
}

/**
 * Saves the form's draft against the policy version that it is based on (`If-Match`, RFC 9110 §13.1.1).
 *
 * @param onSaved called after the server has saved the policy
 */
export function useSavePolicy(form: PolicyForm, onSaved: (() => void) | undefined): PolicySave {
  const { api } = useCurfew();
  const store = useResourceStore();
  const reauthenticated = useReauthentication();
  const [outcome, setOutcome] = useState<Outcome>("none");
  const { draft, base } = form;

  const action = useAction(async (confirmed: boolean) => {
    const override = wirePatch(draftOverride(draft));
    setOutcome("none");
    if (draft.applyNow && !confirmed) {
      const preview = await api("POST /api/accounts/me/security/preview", { body: override });
      if (preview.caller_session_ends) return setOutcome("confirming");
    }
    const body = { ...override, apply: draft.applyNow ? ("now" as const) : ("next_login" as const) };
    try {
      const { applied: _, ...policy } = await reauthenticated(() =>
        api("PATCH /api/accounts/me/security", { body, etag: base.etag }),
      );
      store.setData(POLICY_KEY, () => policy);
    } catch (error) {
      if (!(isCurfewProblem(error) && error.code === "precondition_failed")) throw error;
      setOutcome("conflict");
      return void store.refresh(POLICY_KEY);
    }
    form.reset();
    setOutcome("saved");
    onSaved?.();
    void store.refresh("events");
    if (draft.applyNow) void store.refresh("sessions");
  });

  return {
    action,
    outcome,
    cancel: () => setOutcome("none"),
    reset() {
      setOutcome("none");
      action.clearProblem();
    },
  };
}

/** **Save policy**, with the outcome next to it. */
export function SavePolicyRow({ save, disabled }: { save: PolicySave; disabled: boolean }) {
  const { policy: texts } = useTexts();
  const { busy, problem } = save.action;
  return (
    <div className="curfew-save">
      <Button type="submit" kind="primary" disabled={disabled} busy={busy} busyLabel={texts.saving}>
        {texts.save}
      </Button>
      <span role="status" className="curfew-saved" data-tone="success">
        {save.outcome === "saved" && (
          <>
            <CheckIcon /> {texts.saved}
          </>
        )}
      </span>
      <Failure problem={problem} />
    </div>
  );
}

/** Asks for confirmation before a save that ends the caller's own session. */
export function OwnSignOutDialog({ save }: { save: PolicySave }) {
  const { policy: texts } = useTexts();
  return (
    <Dialog open={save.outcome === "confirming"} title={texts.ownSignOut.title} onClose={save.cancel}>
      <p>{texts.ownSignOut.text}</p>
      <DialogActions onCancel={save.cancel}>
        <Button kind="danger" onClick={() => void save.action.run(true)}>
          {texts.ownSignOut.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
