import { CurfewProblem } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { useState, useSyncExternalStore } from "react";
import { DoorLayout } from "../../app/layout/door-layout.js";
import { PageSkeleton } from "../../app/layout/page-skeleton.js";
import { Reading } from "../../app/queries/reading.js";
import { usePageTitle } from "../../app/use-page-title.js";
import { problemWords } from "../../words/problem-words.js";
import { invitationToken, onInvitationToken } from "./invitation-token.js";
import { JoinForm } from "./join-form.js";

/** `/invite#token`: an invited person chooses a password and is in. */
export function InvitePage() {
  usePageTitle("Invitation");
  const token = useSyncExternalStore(onInvitationToken, invitationToken);
  return (
    <DoorLayout>
      {token === null ? (
        <Unusable />
      ) : (
        <Reading>
          <Invitation key={token} token={token} />
        </Reading>
      )}
    </DoorLayout>
  );
}

function Invitation({ token }: { token: string }) {
  const { api } = useCurfew();
  const [isSpent, setIsSpent] = useState(false);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api("POST /api/auth/invitation", { body: { token } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (isSpent || isUnusable(invitation.error)) return <Unusable />;
  if (invitation.data !== undefined)
    return <JoinForm token={token} invitation={invitation.data} onSpent={() => setIsSpent(true)} />;
  if (invitation.error === null) return <PageSkeleton />;
  return (
    <>
      <h1>The invitation could not be read</h1>
      <p role="alert">{problemWords(invitation.error)}</p>
      <button type="button" className="curfew-button" onClick={() => void invitation.refetch()}>
        Try again
      </button>
    </>
  );
}

const isUnusable = (error: Error | null): boolean =>
  error instanceof CurfewProblem && error.code === "validation_failed";

const Unusable = () => (
  <>
    <h1>This invitation does not work</h1>
    <p role="status" className="text-quiet">
      The link was used already, replaced by a newer one, or is older than seven days; or a part of it is
      missing. Open it once more as you received it, or ask whoever invited you for a new one.
    </p>
  </>
);
