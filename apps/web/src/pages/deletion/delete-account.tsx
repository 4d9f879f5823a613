import { useCurfew, useReauthentication } from "@curfew/react";
import { useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { TextField } from "../../form/form-fields.js";
import { useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";
import { DeletionDialog } from "./deletion-dialog.js";
import { useLeave } from "./use-leave.js";

/** **Delete _name_…**, which asks an owner to type the account's name. */
export function DeleteAccount() {
  const { api } = useCurfew();
  const { name } = useUser().account;
  const [isOpen, setIsOpen] = useState(false);
  const { isBusy, faults, setFaults, submit } = useSubmission(["account_name"]);
  const withReauthentication = useReauthentication();
  const leave = useLeave();
  const close = () => {
    setIsOpen(false);
    setFaults({ fields: new Map(), form: null });
  };
  const onSubmit = (data: FormData) => {
    const typed = String(data.get("account_name") ?? "");
    if (typed.trim() === "") {
      setFaults({ fields: new Map([["account_name", t("Type the name of the account.")]]), form: null });
      return;
    }
    const remove = () => api("DELETE /api/accounts/me", { body: { account_name: typed } });
    void submit(() => withReauthentication(() => leave("account", remove)));
  };
  return (
    <>
      <button
        type="button"
        className="curfew-button wrap-anywhere"
        data-kind="danger-quiet"
        onClick={() => setIsOpen(true)}
      >
        {t("Delete {name}…", { name })}
      </button>
      <DeletionDialog
        title={t("Delete {name}?", { name })}
        open={isOpen}
        confirm={t("Delete the account")}
        busy={isBusy}
        faults={faults}
        onSubmit={onSubmit}
        onClose={close}
      >
        <p>
          {t(
            "Everybody in it is signed out at once, and everything goes: its people and invitations, their sessions, the policy and the whole trail. Nothing brings it back.",
          )}
        </p>
        {isOpen && (
          <TextField
            label={t("Type {name} to confirm", { name })}
            name="account_name"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            fault={faults.fields.get("account_name") ?? null}
          />
        )}
      </DeletionDialog>
    </>
  );
}
