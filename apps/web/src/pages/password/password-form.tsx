import { useCurfew, useUnsavedInput } from "@curfew/react";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { queryKeys } from "../../app/queries/query-keys.js";
import { tellDone } from "../../app/toasts/toasts.js";
import { FormFault } from "../../form/form-fault.js";
import { SubmitButton } from "../../form/submit-button.js";
import { TextField } from "../../form/text-field.js";
import { useFocusOnFault } from "../../form/use-focus-on-fault.js";
import { useSending } from "../../form/use-sending.js";
import { PASSWORD_HINT } from "../../words/password-hint.js";
import { missingPasswords } from "./missing-passwords.js";

/** The current password and the new one. */
export function PasswordForm() {
  const session = useCurfew();
  const queries = useQueryClient();
  const { email } = useUser();
  const form = useRef<HTMLFormElement>(null);
  const [isTyped, setIsTyped] = useState(false);
  const { isBusy, faults, setFaults, send } = useSending(["current_password", "new_password"]);
  useFocusOnFault(form, faults);
  useUnsavedInput(isTyped);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const current_password = String(data.get("current_password") ?? "");
    const new_password = String(data.get("new_password") ?? "");
    const missing = missingPasswords({ current_password, new_password });
    if (missing.size > 0) return setFaults({ fields: missing, form: null });
    if (!(await send(() => session.changePassword({ current_password, new_password })))) return;
    form.current?.reset();
    setIsTyped(false);
    tellDone("Password changed. Your other sessions have ended.");
    void queries.invalidateQueries({ queryKey: queryKeys.ownSessions });
  };

  return (
    <form
      ref={form}
      noValidate
      className="curfew-card max-w-100"
      onInput={() => setIsTyped(true)}
      onSubmit={submit}
    >
      <FormFault words={faults.form} />
      {/* Tells password managers whose password this is. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label="Current password"
        name="current_password"
        type="password"
        autoComplete="current-password"
        fault={faults.fields.get("current_password") ?? null}
      />
      <TextField
        label="New password"
        name="new_password"
        type="password"
        autoComplete="new-password"
        hint={PASSWORD_HINT}
        fault={faults.fields.get("new_password") ?? null}
      />
      <div>
        <SubmitButton label="Change password" busyLabel="Changing…" isBusy={isBusy} />
      </div>
    </form>
  );
}
