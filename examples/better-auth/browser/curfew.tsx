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

const post = (path: string, body: object) =>
  fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const session = createCurfewSession({
  basePath: "/api/auth/curfew",
  host: true,
  // Loosening the policy asks for the password once more.
  async signIn({ email, password }) {
    const { ok, status } = await post("/sign-in/email", { email, password });
    const code = status === 401 ? "invalid_credentials" : "unavailable";
    if (!ok) throw new CurfewProblem({ code, status, detail: "" });
    await post("/organization/set-active", { organizationId });
  },
});

/** The organization of this page. A new session begins in the first one, where nothing that stands here belongs. */
let organizationId: string | undefined;
session.subscribe(() => {
  const state = session.getState();
  if (state.status === "signed_in") organizationId = state.user.account.id;
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
