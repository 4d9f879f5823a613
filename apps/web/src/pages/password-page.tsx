import type { ChangePassword } from "@curfew/client";
import { useCurfew, useUnsavedInput } from "@curfew/react";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useUser } from "../app/gate/user-context.js";
import { queryKeys } from "../app/queries.js";
import { showSuccess } from "../app/toasts.js";
import { FormFault, passwordHint, SubmitButton, TextField } from "../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../form/use-submission.js";
import { t } from "../text/translate.js";
import { SettingsPage } from "./account/settings-page.js";

/** `/account/password` */
export const PasswordPage = () => (
  <SettingsPage
    title={t("Password")}
    intro={t("Once it is changed, your sessions on all other devices end; this one goes on.")}
  >
    <PasswordForm />
  </SettingsPage>
);

function PasswordForm() {
  const session = useCurfew();
  const queries = useQueryClient();
  const { email } = useUser();
  const form = useRef<HTMLFormElement>(null);
  const [hasInput, setHasInput] = useState(false);
  const { isBusy, faults, setFaults, submit } = useSubmission(["current_password", "new_password"]);
  useFocusOnFault(form, faults);
  useUnsavedInput(hasInput);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const current_password = String(data.get("current_password") ?? "");
    const new_password = String(data.get("new_password") ?? "");
    const missing = missingPasswords({ current_password, new_password });
    if (missing.size > 0) return setFaults({ fields: missing, form: null });
    if (!(await submit(() => session.changePassword({ current_password, new_password })))) return;
    form.current?.reset();
    setHasInput(false);
    showSuccess(t("Password changed. Your other sessions have ended."));
    void queries.invalidateQueries({ queryKey: queryKeys.ownSessions });
  };

  return (
    <form
      ref={form}
      noValidate
      className="curfew-card max-w-100"
      onInput={() => setHasInput(true)}
      onSubmit={onSubmit}
    >
      <FormFault text={faults.form} />
      {/* For password managers. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label={t("Current password")}
        name="current_password"
        type="password"
        autoComplete="current-password"
        fault={faults.fields.get("current_password") ?? null}
      />
      <TextField
        label={t("New password")}
        name="new_password"
        type="password"
        autoComplete="new-password"
        hint={passwordHint()}
        fault={faults.fields.get("new_password") ?? null}
      />
      <div>
        <SubmitButton label={t("Change password")} busyLabel={t("Changing…")} isBusy={isBusy} />
      </div>
    </form>
  );
}

/** The messages of the empty fields, by the field's name on the wire. The server checks the rest. */
export function missingPasswords({
  current_password,
  new_password,
}: Pick<ChangePassword, "current_password" | "new_password">): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  if (current_password === "") missing.set("current_password", t("Enter your current password."));
  if (new_password === "") missing.set("new_password", t("Choose a new password."));
  return missing;
}
