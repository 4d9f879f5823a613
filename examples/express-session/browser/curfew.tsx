import { CurfewProblem, createCurfewSession } from "@curfew/client";
import {
  ActiveSessions,
  ReauthenticationDialog,
  RecentActivity,
  SessionExpiryNotice,
  SessionPolicyForm,
  SessionProvider,
} from "@curfew/react";
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

const security = document.getElementById("security");
createRoot(document.getElementById("curfew") as HTMLElement).render(
  <SessionProvider
    session={session}
    onSignedOut={({ ended }) => location.assign(ended ? `/sign-in?reason=${ended.reason}` : "/sign-in")}
    onOtherUser={() => location.reload()}
  >
    <SessionExpiryNotice signInHref={() => "/sign-in"} />
    {security && createPortal(<OwnersPage />, security)}
    <ReauthenticationDialog />
  </SessionProvider>,
);
