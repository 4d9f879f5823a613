import { useCurfew, useUnsavedInput } from "@curfew/react";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { queryKeys } from "../../app/queries.js";
import { showSuccess } from "../../app/toasts.js";
import { FormFault, SubmitButton, TextField } from "../../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";

/** The user's own name and e-mail. Another e-mail asks for the password. */
export function OwnUserForm() {
  const session = useCurfew();
  const queries = useQueryClient();
  const user = useUser();
  const form = useRef<HTMLFormElement>(null);
  /** What the server has; the session's user follows with its next refresh. */
  const [saved, setSaved] = useState(user);
  const [name, setName] = useState(user.name);
  const [email, setEmail] = useState(user.email);
  const { isBusy, faults, setFaults, submit } = useSubmission(["name", "email", "current_password"]);
  const isOtherEmail = email.trim() !== saved.email;
  const isChanged = isOtherEmail || name.trim() !== saved.name;
  useFocusOnFault(form, faults);
  useUnsavedInput(isChanged);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("current_password") ?? "");
    if (isOtherEmail && password === "") {
      const missing = new Map([["current_password", t("Enter your current password.")]]);
      return setFaults({ fields: missing, form: null });
    }
    const isSaved = await submit(async () => {
      const changed = await session.api("PATCH /api/users/me", {
        body: { name, ...(isOtherEmail ? { email, current_password: password } : {}) },
      });
      // The next grant brings the new name to every tab. If this one fails, a later one does.
      await session.adopt().catch(() => {});
      setSaved(changed);
      setName(changed.name);
      setEmail(changed.email);
    });
    if (!isSaved) return;
    showSuccess(t("Saved"));
    void queries.invalidateQueries({ queryKey: queryKeys.members });
  };

  return (
    <form ref={form} noValidate className="curfew-card max-w-100" onSubmit={onSubmit}>
      <FormFault text={faults.form} />
      <TextField
        label={t("Name")}
        name="name"
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        fault={faults.fields.get("name") ?? null}
      />
      <TextField
        label={t("E-mail")}
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        fault={faults.fields.get("email") ?? null}
      />
      {isOtherEmail && (
        <TextField
          label={t("Current password")}
          name="current_password"
          type="password"
          autoComplete="current-password"
          hint={t("Another e-mail needs your password.")}
          fault={faults.fields.get("current_password") ?? null}
        />
      )}
      <div>
        <SubmitButton label={t("Save")} busyLabel={t("Saving…")} isBusy={isBusy} />
      </div>
    </form>
  );
}
