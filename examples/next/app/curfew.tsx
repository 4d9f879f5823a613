"use client";

import { CurfewProblem, createCurfewSession } from "@curfew/client";
import {
  ActiveSessions,
  ReauthenticationDialog,
  RecentActivity,
  SessionExpiryNotice,
  SessionPolicyForm,
  SessionProvider,
} from "@curfew/react";
import type { ReactNode } from "react";
import { beginSession, signOut } from "./sign-in/actions";

const session = createCurfewSession({
  host: true,
  // Loosening the policy asks for the password once more.
  async signIn({ email, password }) {
    if (!(await beginSession(email, password)))
      throw new CurfewProblem({ code: "invalid_credentials", status: 401, detail: "" });
  },
});

/** Where Curfew's database is down, the product's own sign-out takes the cookie. */
const leave = async () => {
  await session.signOut().catch(() => signOut());
  location.assign("/sign-in");
};

/** The browser part, around every page of somebody who is signed in. */
export const WithSession = ({ children }: { children: ReactNode }) => (
  <SessionProvider
    session={session}
    onSignedOut={({ ended }) => location.assign(ended ? `/sign-in?reason=${ended.reason}` : "/sign-in")}
    onOtherUser={() => location.reload()}
  >
    <SessionExpiryNotice signInHref={() => "/sign-in"} />
    <nav>
      <a href="/">Home</a> <a href="/security">Security</a>{" "}
      <button type="button" onClick={leave}>
        Sign out
      </button>
    </nav>
    {children}
    <ReauthenticationDialog />
  </SessionProvider>
);

export const OwnersPage = () => (
  <>
    <SessionPolicyForm />
    <ActiveSessions onRevoked={(_count, scope) => scope === "all" && session.leave()} />
    <RecentActivity />
  </>
);
