import { CurfewProblem, type Invitation } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import { usePageTitle } from "../app/layout/page-hooks.js";
import { PageSkeleton } from "../app/layout/page-states.js";
import { PublicLayout } from "../app/layout/public-layout.js";
import { PATHS } from "../app/paths.js";
import { QueryProvider } from "../app/queries.js";
import { FormFault, PASSWORD_HINT, SubmitButton, TextField } from "../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../form/use-submission.js";
import { problemMessage } from "../text/problem-message.js";
import { invitationToken, onInvitationToken } from "./invitation-token.js";

/** `/invite#token`: an invited user chooses a password and is signed in. */
export function InvitePage() {
  usePageTitle("Invitation");
  const token = useSyncExternalStore(onInvitationToken, invitationToken);
  return (
    <PublicLayout>
      {token === null ? (
        <InvalidInvitation />
      ) : (
        <QueryProvider>
          <LoadedInvitation key={token} token={token} />
        </QueryProvider>
      )}
    </PublicLayout>
  );
}

function LoadedInvitation({ token }: { token: string }) {
  const { api } = useCurfew();
  const [isSpent, setIsSpent] = useState(false);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api("POST /api/auth/invitation", { body: { token } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (isSpent || isTokenRefused(invitation.error)) return <InvalidInvitation />;
  if (invitation.data !== undefined)
    return <JoinForm token={token} invitation={invitation.data} onSpent={() => setIsSpent(true)} />;
  if (invitation.error === null) return <PageSkeleton />;
  return (
    <>
      <h1>The invitation could not be read</h1>
      <p role="alert">{problemMessage(invitation.error)}</p>
      <button type="button" className="curfew-button" onClick={() => void invitation.refetch()}>
        Try again
      </button>
    </>
  );
}

const isTokenRefused = (error: Error | null): boolean =>
  error instanceof CurfewProblem && error.code === "validation_failed";

const InvalidInvitation = () => (
  <>
    <h1>This invitation does not work</h1>
    <p role="status" className="text-quiet">
      The link was used already, replaced by a newer one, or is older than seven days; or a part of it is
      missing. Open it once more as you received it, or ask whoever invited you for a new one.
    </p>
  </>
);

/** @param onSpent called when the server refuses the token on submission */
function JoinForm({
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
  const { isBusy, faults, setFaults, submit } = useSubmission(["password"]);
  useFocusOnFault(form, faults);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    if (password === "")
      return setFaults({ fields: new Map([["password", "Choose a password."]]), form: null });
    const hasJoined = await submit(() =>
      session.acceptInvitation({ token, password }).catch((problem: unknown) => {
        if (hasTokenFault(problem)) onSpent();
        throw problem;
      }),
    );
    if (hasJoined) void navigate(PATHS.home, { replace: true });
  };

  return (
    <>
      <h1 className="wrap-anywhere">Join {invitation.account.name}</h1>
      <p className="wrap-anywhere">Welcome, {invitation.name}. Choose a password, and you are in.</p>
      <form ref={form} noValidate className="grid gap-4" onSubmit={onSubmit}>
        <FormFault text={faults.form} />
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

const hasTokenFault = (problem: unknown): boolean =>
  problem instanceof CurfewProblem && problem.errors.some(({ field }) => field === "token");
