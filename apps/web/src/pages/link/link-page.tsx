import { type Api, type CurfewSession, type Invitation, isCurfewProblem, type User } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState, useSyncExternalStore } from "react";
import { Link, useNavigate } from "react-router";
import { usePageTitle } from "../../app/layout/page-hooks.js";
import { PageSkeleton } from "../../app/layout/page-states.js";
import { PublicLayout } from "../../app/layout/public-layout.js";
import { PATHS } from "../../app/paths.js";
import { QueryProvider } from "../../app/queries.js";
import { CookiesRefused } from "../../form/cookies-refused.js";
import { FormFault, passwordHint, SubmitButton, TextField } from "../../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../../form/use-submission.js";
import { problemMessage } from "../../text/problem-message.js";
import { t } from "../../text/translate.js";
import { type LinkPath, linkToken, onLinkToken } from "./link-token.js";

/** What tells an invitation and a link to a new password apart. */
export interface LinkKind {
  readonly path: LinkPath;
  readonly title: string;
  /** Asks the server whom a token is for. */
  read(api: Api, token: string): Promise<Invitation>;
  /** Uses the token up, and signs in. */
  use(session: CurfewSession, body: { token: string; password: string }): Promise<User>;
  heading(link: Invitation): string;
  welcome(link: Invitation): string;
  readonly submit: string;
  readonly submitting: string;
  readonly invalid: { readonly heading: string; readonly text: string };
  /** The heading while the server can't be asked. */
  readonly unreadable: string;
}

/** A page that a link with a token leads to: a person chooses a password and is signed in. */
export function LinkPage({ kind }: { kind: LinkKind }) {
  usePageTitle(kind.title);
  const token = useSyncExternalStore(onLinkToken, () => linkToken(kind.path));
  return (
    <PublicLayout>
      {token === null ? (
        <InvalidLink kind={kind} />
      ) : (
        <QueryProvider>
          <LoadedLink key={token} kind={kind} token={token} />
        </QueryProvider>
      )}
    </PublicLayout>
  );
}

function LoadedLink({ kind, token }: { kind: LinkKind; token: string }) {
  const { api } = useCurfew();
  const [isSpent, setIsSpent] = useState(false);
  const link = useQuery({
    queryKey: [kind.path, token],
    queryFn: () => kind.read(api, token),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (isSpent || isTokenRefused(link.error)) return <InvalidLink kind={kind} />;
  if (link.data !== undefined)
    return <PasswordForm kind={kind} token={token} link={link.data} onSpent={() => setIsSpent(true)} />;
  if (link.error === null) return <PageSkeleton />;
  return (
    <>
      <h1>{kind.unreadable}</h1>
      <p role="alert">{problemMessage(link.error)}</p>
      <button type="button" className="curfew-button" onClick={() => void link.refetch()}>
        {t("Try again")}
      </button>
    </>
  );
}

const isTokenRefused = (error: Error | null): boolean =>
  isCurfewProblem(error) && error.code === "validation_failed";

const InvalidLink = ({ kind: { invalid } }: { kind: LinkKind }) => (
  <>
    <h1>{invalid.heading}</h1>
    <p role="status" className="text-quiet">
      {invalid.text}
    </p>
    <p>
      <Link className="link" to={PATHS.login}>
        {t("Sign in")}
      </Link>
    </p>
  </>
);

/** @param onSpent called when the server refuses the token on submission */
function PasswordForm({
  kind,
  token,
  link,
  onSpent,
}: {
  kind: LinkKind;
  token: string;
  link: Invitation;
  onSpent: () => void;
}) {
  const session = useCurfew();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { isBusy, faults, setFaults, submit } = useSubmission(["password"]);
  useFocusOnFault(form, faults);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    if (password === "")
      return setFaults({ fields: new Map([["password", t("Choose a password.")]]), form: null });
    const isSignedIn = await submit(() =>
      kind.use(session, { token, password }).catch((problem: unknown) => {
        if (hasTokenFault(problem)) onSpent();
        throw problem;
      }),
    );
    if (isSignedIn) void navigate(PATHS.home, { replace: true });
  };

  return (
    <>
      <h1 className="wrap-anywhere">{kind.heading(link)}</h1>
      <p className="wrap-anywhere">{kind.welcome(link)}</p>
      <form ref={form} noValidate className="grid gap-4" onSubmit={onSubmit}>
        <CookiesRefused />
        <FormFault text={faults.form} />
        <TextField
          label={t("E-mail")}
          name="email"
          type="email"
          autoComplete="username"
          readOnly
          value={link.email}
          fault={null}
        />
        <TextField
          label={t("Password")}
          name="password"
          type="password"
          hint={passwordHint()}
          autoComplete="new-password"
          fault={faults.fields.get("password") ?? null}
        />
        <SubmitButton label={kind.submit} busyLabel={kind.submitting} isBusy={isBusy} />
      </form>
    </>
  );
}

const hasTokenFault = (problem: unknown): boolean =>
  isCurfewProblem(problem) && problem.errors.some(({ field }) => field === "token");
