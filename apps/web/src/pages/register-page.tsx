import { type Config, isCurfewProblem, type Register } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { usePageTitle } from "../app/layout/page-hooks.js";
import { PageSkeleton } from "../app/layout/page-states.js";
import { PublicLayout } from "../app/layout/public-layout.js";
import { PATHS } from "../app/paths.js";
import { QueryProvider } from "../app/queries.js";
import { CookiesRefused } from "../form/cookies-refused.js";
import { FormFault, passwordHint, SubmitButton, TextField } from "../form/form-fields.js";
import { readFields } from "../form/read-fields.js";
import { useFocusOnFault, useSubmission } from "../form/use-submission.js";
import { type English, t } from "../text/translate.js";

/** `/register`: creates an account and its first owner. */
export function RegisterPage() {
  usePageTitle(t("Create account"));
  return (
    <PublicLayout>
      <h1>{t("Create account")}</h1>
      <QueryProvider>
        <Registration />
      </QueryProvider>
    </PublicLayout>
  );
}

/** Shows the form even if the configuration could not be loaded: submitting it then reports the problem. */
function Registration() {
  const { api } = useCurfew();
  const config = useQuery({ queryKey: ["config"], queryFn: () => api("GET /api/config"), retry: false });
  const [wasRefused, setWasRefused] = useState(false);
  if (config.isPending) return <PageSkeleton />;
  const isClosedNow = async () => {
    const { data } = await config.refetch();
    const isClosed = data === undefined || isRegistrationClosed(data);
    setWasRefused(isClosed);
    return isClosed;
  };
  const isClosed = wasRefused || (config.data !== undefined && isRegistrationClosed(config.data));
  return (
    <>
      {isClosed ? (
        <p role="status">{t("Registration is closed here. Ask an owner of your account to invite you.")}</p>
      ) : (
        <>
          <p className="text-quiet">
            {t("You will be the owner of the account, and can invite others to it.")}
          </p>
          <RegisterForm needsSetupToken={config.data?.registration === "closed"} isClosedNow={isClosedNow} />
        </>
      )}
      <p className="text-quiet">
        {t("Have an account?")}{" "}
        <Link className="link" to={PATHS.login}>
          {t("Sign in")}
        </Link>
      </p>
    </>
  );
}

/** The first account can always be created. With closed registration that takes the setup token. */
export const isRegistrationClosed = ({
  registration,
  first_run,
}: Pick<Config, "registration" | "first_run">): boolean => registration === "closed" && !first_run;

/** What to say about each field that is empty. */
const REQUIRED = {
  setup_token: "Enter the setup token.",
  account_name: "Enter a name for the account.",
  name: "Enter your name.",
  email: "Enter your e-mail address.",
  password: "Choose a password.",
} satisfies Partial<Record<keyof Register, English>>;

type Field = keyof typeof REQUIRED;
const FIELDS = Object.keys(REQUIRED) as Field[];

/**
 * @param needsSetupToken whether registration is closed and this is the first account
 * @param isClosedNow asks the server again, after it refused a registration
 */
function RegisterForm({
  needsSetupToken,
  isClosedNow,
}: {
  needsSetupToken: boolean;
  isClosedNow: () => Promise<boolean>;
}) {
  const session = useCurfew();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, faults, setFaults, submit } = useSubmission(FIELDS);
  useFocusOnFault(form, faults);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { setup_token, ...fields } = readFields(event.currentTarget, FIELDS);
    const missing = FIELDS.filter((name) =>
      name === "setup_token" ? needsSetupToken && setup_token.trim() === "" : fields[name] === "",
    );
    if (missing.length > 0)
      return setFaults({ fields: new Map(missing.map((name) => [name, t(REQUIRED[name])])), form: null });
    let isForbidden = false;
    const isRegistered = await submit(() =>
      session
        .register({ ...fields, ...(needsSetupToken ? { setup_token: setup_token.trim() } : {}) })
        .catch((problem: unknown) => {
          isForbidden = isCurfewProblem(problem) && problem.code === "forbidden";
          throw problem;
        }),
    );
    if (isRegistered) void navigate(PATHS.home, { replace: true });
    else if (isForbidden && !(await isClosedNow()) && needsSetupToken)
      setFaults({
        fields: new Map([["setup_token", t("This is not the setup token of this service.")]]),
        form: null,
      });
  };
  const field = (name: Field) => ({ name, fault: faults.fields.get(name) ?? null });

  return (
    <form ref={form} noValidate className="grid gap-4" onSubmit={onSubmit}>
      <CookiesRefused />
      <FormFault text={faults.form} />
      {needsSetupToken && (
        <TextField
          label={t("Setup token")}
          hint={t("The service's log shows it at each start, and the command curfew setup-token prints it.")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...field("setup_token")}
        />
      )}
      <TextField
        label={t("Account name")}
        hint={t("Your company or team.")}
        autoComplete="organization"
        {...field("account_name")}
      />
      <TextField label={t("Your name")} autoComplete="name" {...field("name")} />
      <TextField
        label={t("E-mail")}
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        {...field("email")}
      />
      <TextField
        label={t("Password")}
        type="password"
        hint={passwordHint()}
        autoComplete="new-password"
        {...field("password")}
      />
      <SubmitButton label={t("Create account")} busyLabel={t("Creating account…")} isBusy={isBusy} />
    </form>
  );
}
