import { createCurfewSession } from "@curfew/client";
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

/** The provider's window says here that it is done, to every page of this browser. */
const signIns = new BroadcastChannel("sign-in");

/** Opens the provider's sign-in beside the page, so that nothing that was typed here is lost. */
const reauthenticate = () =>
  new Promise<void>((resolve, reject) => {
    const opened = window.open("/sign-in/provider?again=1&window=1", "sign-in", "popup,width=480,height=640");
    signIns.addEventListener("message", () => resolve(), { once: true });
    if (opened === null) return reject(new Error("The browser has blocked the window."));
    const closing = setInterval(() => {
      if (!opened.closed) return;
      clearInterval(closing);
      setTimeout(() => reject(new Error("The window was closed.")), 1_000);
    }, 500);
  });

const session = createCurfewSession({ host: true, reauthenticate });
signIns.addEventListener("message", () => void session.adopt().catch(() => undefined));

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
    <SessionExpiryNotice signInHref={() => "/sign-in/provider?again=1"} />
    {security && createPortal(<OwnersPage />, security)}
    <ReauthenticationDialog />
  </SessionProvider>,
);
