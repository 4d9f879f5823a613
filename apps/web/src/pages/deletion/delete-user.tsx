import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { queryKeys } from "../../app/queries.js";
import { TextField } from "../../form/form-fields.js";
import { useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";
import { isLastOwner } from "../members/use-members.js";
import { DeletionDialog } from "./deletion-dialog.js";
import { useLeave } from "./use-leave.js";

/** **Delete my account**, which asks for the password, or tells a last owner why not. */
export function DeleteUser() {
  const { api } = useCurfew();
  const { id, role } = useUser();
  const [isOpen, setIsOpen] = useState(false);
  const { isBusy, faults, setFaults, submit } = useSubmission(["current_password"]);
  const leave = useLeave();
  // Where it can't be told, the server's answer tells it.
  const lastOwner = useQuery({
    queryKey: [...queryKeys.otherOwner, id],
    queryFn: () => isLastOwner(api, id),
    enabled: isOpen && role === "owner",
    retry: false,
  });
  const close = () => {
    setIsOpen(false);
    setFaults({ fields: new Map(), form: null });
  };
  const onSubmit = async (data: FormData) => {
    if (!isPossible) return;
    const password = String(data.get("current_password") ?? "");
    if (password === "") {
      const missing = new Map([["current_password", t("Enter your current password.")]]);
      return setFaults({ fields: missing, form: null });
    }
    await submit(() =>
      leave("user", () => api("DELETE /api/users/me", { body: { current_password: password } })),
    );
  };
  const isPossible = !lastOwner.isLoading && lastOwner.data !== true;
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
        confirm={isPossible ? t("Delete my account") : null}
        busy={isBusy}
        faults={faults}
        onSubmit={(data) => void onSubmit(data)}
        onClose={close}
      >
        {lastOwner.isLoading ? (
          <p role="status">{t("One moment…")}</p>
        ) : isPossible ? (
          <p>
            {t(
              "Your name, e-mail, password, devices and addresses are deleted, and you are signed out everywhere. The trail says “Deleted user” in your place. Nothing brings this back.",
            )}
          </p>
        ) : (
          <p>
            {t(
              "The last owner can't be deleted: make somebody else an owner first, or delete the whole account.",
            )}
          </p>
        )}
        {isOpen && isPossible && (
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
