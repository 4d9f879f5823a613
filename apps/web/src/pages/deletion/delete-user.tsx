import { useCurfew } from "@curfew/react";
import { useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { TextField } from "../../form/form-fields.js";
import { useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";
import { DeletionDialog } from "./deletion-dialog.js";
import { useLeave } from "./use-leave.js";

/** **Delete my account**, which asks for the password and tells a last owner why not. */
export function DeleteUser() {
  const { api } = useCurfew();
  const { role } = useUser();
  const [isOpen, setIsOpen] = useState(false);
  const { isBusy, faults, setFaults, submit } = useSubmission(["current_password"]);
  const leave = useLeave();
  const close = () => {
    setIsOpen(false);
    setFaults({ fields: new Map(), form: null });
  };
  const onSubmit = async (data: FormData) => {
    const password = String(data.get("current_password") ?? "");
    if (password === "") {
      const missing = new Map([["current_password", t("Enter your current password.")]]);
      return setFaults({ fields: missing, form: null });
    }
    await submit(() =>
      leave("user", () => api("DELETE /api/users/me", { body: { current_password: password } })),
    );
  };
  return (
    <>
      <button
        type="button"
        className="curfew-button"
        data-kind="danger-quiet"
        onClick={() => setIsOpen(true)}
      >
        {t("Delete my account")}
      </button>
      <DeletionDialog
        title={t("Delete your account?")}
        open={isOpen}
        confirm={t("Delete my account")}
        busy={isBusy}
        faults={faults}
        onSubmit={(data) => void onSubmit(data)}
        onClose={close}
      >
        <p>
          {t(
            "Your name, e-mail, password, devices and addresses are deleted, and you are signed out everywhere. The trail says “Deleted user” in your place. Nothing brings this back.",
          )}
        </p>
        {role === "owner" && (
          <p>
            {t(
              "The last owner can't be deleted: make somebody else an owner first, or delete the whole account.",
            )}
          </p>
        )}
        {isOpen && (
          <TextField
            label={t("Current password")}
            name="current_password"
            type="password"
            autoComplete="current-password"
            fault={faults.fields.get("current_password") ?? null}
          />
        )}
      </DeletionDialog>
    </>
  );
}
