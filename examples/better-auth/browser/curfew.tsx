import { CurfewProblem, createCurfewSession } from "@curfew/client";
import {
  ActiveSessions,
  ReauthenticationDialog,
  RecentActivity,
  SessionExpiryNotice,
  SessionPolicyForm,
  SessionProvider,
} from "@curfew/react";
import type { ComponentProps } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import "@curfew/react/styles.css";

const session = createCurfewSession({
  basePath: "/api/auth/curfew",
  host: true,
  // Loosening the policy asks for the password once more.
  async signIn({ email, password }) {
    const { ok, status } = await fetch("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    const code = status === 401 ? "invalid_credentials" : "unavailable";
    if (!ok) throw new CurfewProblem({ code, status, detail: "" });
  },
});

// A session without an active organization is none of Curfew's: it is signed out here from the start, and stays on the page.
const leave: ComponentProps<typeof SessionProvider>["onSignedOut"] = ({ ended, user_id }) => {
  if (ended) location.assign(`/sign-in?reason=${ended.reason}`);
  else if (user_id) location.assign("/sign-in");
};

const OwnersPage = () => (
  <>
    <SessionPolicyForm />
    <ActiveSessions onRevoked={(_count, scope) => scope === "all" && session.leave()} />
    <RecentActivity />
  </>
);

const security = document.getElementById("security");
createRoot(document.getElementById("curfew") as HTMLElement).render(
  <SessionProvider session={session} onSignedOut={leave} onOtherUser={() => location.reload()}>
    <SessionExpiryNotice signInHref={() => "/sign-in"} />
    {security && createPortal(<OwnersPage />, security)}
    <ReauthenticationDialog />
  </SessionProvider>,
);
