import { useCurfew } from "@curfew/react";
import { type FormEvent, useRef } from "react";
import { FormFault } from "../../form/form-fault.js";
import { SubmitButton } from "../../form/submit-button.js";
import { TextField } from "../../form/text-field.js";
import { useFocusOnFault } from "../../form/use-focus-on-fault.js";
import { useSending } from "../../form/use-sending.js";
import { useWayBack } from "./use-way-back.js";

/** E-mail and password. */
export function LoginForm() {
  const session = useCurfew();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, faults, setFaults, send } = useSending(["email", "password"]);
  const goBack = useWayBack(isBusy);
  useFocusOnFault(form, faults);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const email = String(data.get("email") ?? "").trim();
    const password = String(data.get("password") ?? "");
    const missing = missingFields({ email, password });
    if (missing.size > 0) return setFaults({ fields: missing, form: null });
    if (await send(() => session.signIn({ email, password }))) goBack();
  };

  return (
    <form ref={form} noValidate className="grid gap-4" onSubmit={submit}>
      <FormFault words={faults.form} />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        fault={faults.fields.get("email") ?? null}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        fault={faults.fields.get("password") ?? null}
      />
      <SubmitButton label="Sign in" busyLabel="Signing in…" isBusy={isBusy} />
    </form>
  );
}

/** What was left empty, and what is said of it. */
function missingFields({
  email,
  password,
}: {
  email: string;
  password: string;
}): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  if (email === "") missing.set("email", "Enter your e-mail address.");
  if (password === "") missing.set("password", "Enter your password.");
  return missing;
}
