import { CurfewProblem, createCurfewSession } from "@curfew/client";
import {
  ActiveSessions,
  ReauthenticationDialog,
  RecentActivity,
  SessionExpiryNotice,
  SessionPolicyForm,
  SessionProvider,
  useUnsavedInput,
} from "@curfew/react";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import "@curfew/react/styles.css";

const session = createCurfewSession({
  host: true,
  // Loosening the policy asks for the password once more.
  async signIn({ email, password }) {
    const body = new URLSearchParams({ email, password });
    const { ok, status } = await fetch("/sign-in", { method: "POST", body });
    if (!ok) throw new CurfewProblem({ code: "invalid_credentials", status, detail: "" });
  },
});

const OwnersPage = () => (
  <>
    <SessionPolicyForm />
    <ActiveSessions onRevoked={(_count, scope) => scope === "all" && session.leave()} />
    <RecentActivity />
  </>
);

/** Keeps what is typed into a form with `data-draft` where the session ends, until the form is sent. */
function Drafts() {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    const follow = ({ target, type }: Event) => {
      if ((target as Element).closest("form[data-draft]")) setHeld(type === "input");
    };
    for (const type of ["input", "submit", "reset"]) document.addEventListener(type, follow);
  }, []);
  useUnsavedInput(isHeld);
  return null;
}

const security = document.getElementById("security");
createRoot(document.getElementById("curfew") as HTMLElement).render(
  <SessionProvider
    session={session}
    onSignedOut={({ ended }) => location.assign(ended ? `/sign-in?reason=${ended.reason}` : "/sign-in")}
    onOtherUser={() => location.reload()}
  >
    <SessionExpiryNotice signInHref={() => "/sign-in"} />
    {security && createPortal(<OwnersPage />, security)}
    <Drafts />
    <ReauthenticationDialog />
  </SessionProvider>,
);
