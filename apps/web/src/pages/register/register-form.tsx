import { CurfewProblem, type Register } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { useRef } from "react";
import { useForm } from "react-hook-form";
import { useNavigate } from "react-router";
import { PATHS } from "../../app/paths.js";
import { FormFault } from "../../form/form-fault.js";
import { SubmitButton } from "../../form/submit-button.js";
import { TextField } from "../../form/text-field.js";
import { useFocusOnFault } from "../../form/use-focus-on-fault.js";
import { useSending } from "../../form/use-sending.js";
import { PASSWORD_HINT } from "../../words/password-hint.js";

const EMPTY: Register = { account_name: "", name: "", email: "", password: "" };

/**
 * The account's name, and who its first owner is.
 *
 * @param onClosed called when the server makes no accounts any more
 */
export function RegisterForm({ onClosed }: { onClosed: () => void }) {
  const session = useCurfew();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { register, handleSubmit, formState } = useForm({ defaultValues: EMPTY });
  const { isBusy, faults, send } = useSending(["account_name", "name", "email", "password"]);
  useFocusOnFault(form, faults);

  const submit = handleSubmit(async (values) => {
    const isDone = await send(() =>
      session.register(values).catch((problem: unknown) => {
        if (problem instanceof CurfewProblem && problem.code === "forbidden") onClosed();
        throw problem;
      }),
    );
    if (isDone) void navigate(PATHS.home, { replace: true });
  });
  const field = (name: keyof typeof EMPTY, required: string) => ({
    ...register(name, { required }),
    fault: formState.errors[name]?.message ?? faults.fields.get(name) ?? null,
  });

  return (
    <form ref={form} noValidate className="grid gap-4" onSubmit={submit}>
      <FormFault words={faults.form} />
      <TextField
        label="Account name"
        hint="Your company or team."
        autoComplete="organization"
        {...field("account_name", "Enter a name for the account.")}
      />
      <TextField label="Your name" autoComplete="name" {...field("name", "Enter your name.")} />
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        {...field("email", "Enter your e-mail address.")}
      />
      <TextField
        label="Password"
        type="password"
        hint={PASSWORD_HINT}
        autoComplete="new-password"
        {...field("password", "Choose a password.")}
      />
      <SubmitButton label="Create account" busyLabel="Creating account…" isBusy={isBusy} />
    </form>
  );
}
