import { Dialog, useCurfew } from "@curfew/react";
import { type FormEvent, useRef, useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { showSuccess } from "../../app/toasts.js";
import { FormFault, SubmitButton, TextField } from "../../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";

/**
 * **Rename the account**, for owners. The field is in a dialog: beside the user's own **Name** and **Save** it would be another of
 * each.
 */
export function RenameAccount() {
  const session = useCurfew();
  const { name } = useUser().account;
  const form = useRef<HTMLFormElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { isBusy, faults, setFaults, submit } = useSubmission(["name"]);
  useFocusOnFault(form, faults);
  const close = () => {
    setIsOpen(false);
    setFaults({ fields: new Map(), form: null });
  };
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("name") ?? "");
    if (typed.trim() === "") {
      const missing = new Map([["name", t("Enter a name for the account.")]]);
      return setFaults({ fields: missing, form: null });
    }
    const isSaved = await submit(async () => {
      await session.api("PATCH /api/accounts/me", { body: { name: typed } });
      // The next grant brings the new name to every tab. If this one fails, a later one does.
      await session.staySignedIn().catch(() => {});
    });
    if (!isSaved) return;
    close();
    showSuccess(t("Saved"));
  };
  return (
    <div>
      <button type="button" className="curfew-button" onClick={() => setIsOpen(true)}>
        {t("Rename the account")}
      </button>
      <Dialog open={isOpen} title={t("Rename the account")} onClose={() => isBusy || close()}>
        <form ref={form} noValidate className="grid grid-cols-1 gap-4" onSubmit={onSubmit}>
          <TextField
            label={t("Account name")}
            name="name"
            autoComplete="organization"
            defaultValue={name}
            fault={faults.fields.get("name") ?? null}
          />
          <FormFault text={faults.form} />
          <div className="curfew-dialog-actions">
            <button type="button" className="curfew-button" onClick={() => isBusy || close()}>
              {t("Cancel")}
            </button>
            <SubmitButton label={t("Save")} busyLabel={t("Saving…")} isBusy={isBusy} />
          </div>
        </form>
      </Dialog>
    </div>
  );
}
