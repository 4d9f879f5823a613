import { CurfewProblem, type Invitation } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { type FormEvent, useRef } from "react";
import { useNavigate } from "react-router";
import { PATHS } from "../../app/paths.js";
import { FormFault } from "../../form/form-fault.js";
import { SubmitButton } from "../../form/submit-button.js";
import { TextField } from "../../form/text-field.js";
import { useFocusOnFault } from "../../form/use-focus-on-fault.js";
import { useSending } from "../../form/use-sending.js";
import { PASSWORD_HINT } from "../../words/password-hint.js";

/**
 * Who is invited where, and the password to choose.
 *
 * @param onSpent called when the link turns out to work no longer
 */
export function JoinForm({
  token,
  invitation,
  onSpent,
}: {
  token: string;
  invitation: Invitation;
  onSpent: () => void;
}) {
  const session = useCurfew();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, faults, setFaults, send } = useSending(["password"]);
  useFocusOnFault(form, faults);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    if (password === "")
      return setFaults({ fields: new Map([["password", "Choose a password."]]), form: null });
    const isDone = await send(() =>
      session.acceptInvitation({ token, password }).catch((problem: unknown) => {
        if (isOfToken(problem)) onSpent();
        throw problem;
      }),
    );
    if (isDone) void navigate(PATHS.home, { replace: true });
  };

  return (
    <>
      <h1 className="wrap-anywhere">Join {invitation.account.name}</h1>
      <p className="wrap-anywhere">Welcome, {invitation.name}. Choose a password, and you are in.</p>
      <form ref={form} noValidate className="grid gap-4" onSubmit={submit}>
        <FormFault words={faults.form} />
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          readOnly
          value={invitation.email}
          fault={null}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          hint={PASSWORD_HINT}
          autoComplete="new-password"
          fault={faults.fields.get("password") ?? null}
        />
        <SubmitButton label="Join" busyLabel="Joining…" isBusy={isBusy} />
      </form>
    </>
  );
}

const isOfToken = (problem: unknown): boolean =>
  problem instanceof CurfewProblem && problem.errors.some(({ field }) => field === "token");
