import { useCurfew } from "@curfew/react";
import { type FormEvent, useRef } from "react";
import { Link } from "react-router";
import { usePageTitle } from "../../app/layout/page-hooks.js";
import { PublicLayout } from "../../app/layout/public-layout.js";
import { PATHS } from "../../app/paths.js";
import { CookiesRefused } from "../../form/cookies-refused.js";
import { FormFault, SubmitButton, TextField } from "../../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";
import { SessionEndBanner } from "./session-end-banner.js";
import { useReturn } from "./use-return.js";

/** `/login` */
export function LoginPage() {
  usePageTitle(t("Sign in"));
  return (
    <PublicLayout>
      <h1>{t("Sign in")}</h1>
      <SessionEndBanner />
      <LoginForm />
      <details className="text-quiet">
        <summary className="link">{t("Forgotten your password?")}</summary>
        <p>{t("An owner of your account can give you a link with which you choose a new one.")}</p>
      </details>
      <p className="text-quiet">
        {t("New here?")}{" "}
        <Link className="link" to={PATHS.register}>
          {t("Create an account")}
        </Link>
      </p>
    </PublicLayout>
  );
}

function LoginForm() {
  const session = useCurfew();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, faults, setFaults, submit } = useSubmission(["email", "password"]);
  const goBack = useReturn(isBusy);
  useFocusOnFault(form, faults);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const email = String(data.get("email") ?? "").trim();
    const password = String(data.get("password") ?? "");
    const missing = missingFields({ email, password });
    if (missing.size > 0) return setFaults({ fields: missing, form: null });
    if (await submit(() => session.signIn({ email, password }))) goBack();
  };

  return (
    <form ref={form} noValidate className="grid gap-4" onSubmit={onSubmit}>
      <CookiesRefused />
      <FormFault text={faults.form} />
      <TextField
        label={t("E-mail")}
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        fault={faults.fields.get("email") ?? null}
      />
      <TextField
        label={t("Password")}
        name="password"
        type="password"
        autoComplete="current-password"
        fault={faults.fields.get("password") ?? null}
      />
      <SubmitButton label={t("Sign in")} busyLabel={t("Signing in…")} isBusy={isBusy} />
    </form>
  );
}

/** The messages of the empty fields, by the field's name. */
function missingFields({
  email,
  password,
}: {
  email: string;
  password: string;
}): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  if (email === "") missing.set("email", t("Enter your e-mail address."));
  if (password === "") missing.set("password", t("Enter your password."));
  return missing;
}
