import type { Api, CurfewSession, SessionState } from "@curfew/client";
import type { ReactNode } from "react";
import { render } from "vitest-browser-react";
import { SessionProvider } from "../../src/provider/session-provider.js";
import { type FakeAccount, fakeAccount, NOW } from "./fake-account.js";

const state: SessionState = {
  status: "signed_in",
  user: {
    id: "ada",
    name: "Ada",
    email: "ada@example.com",
    role: "owner",
    account: { id: "a", name: "Acme" },
  },
  session: {
    id: "s1",
    started_at: "2026-11-24T11:00:00.000Z",
    last_active_at: "2026-11-24T12:00:00.000Z",
    idle_minutes: 60,
    absolute_minutes: 1440,
    idle_expires_at: "2026-11-24T13:00:00.000Z",
    absolute_expires_at: "2026-11-25T11:00:00.000Z",
    idle_expires_in_ms: 3_600_000,
    absolute_expires_in_ms: 82_800_000,
  },
  expiry: {
    warning: "none",
    reason: null,
    remaining_ms: 3_600_000,
    expires_at: "2026-11-24T13:00:00.000Z",
    dismissed: false,
  },
  reconnecting: false,
  needs_sign_in: false,
};

/** What a test holds: the account, what was called on the session itself, and a way to send `policy.changed`. */
export interface OwnersPage {
  readonly account: FakeAccount;
  readonly ended: string[];
  policyChanged(): void;
  readonly screen: Awaited<ReturnType<typeof render>>;
}

/**
 * Shows something to the owner Ada.
 *
 * @param prepare sets the account up before anything is shown
 */
export async function renderOwner(
  children: ReactNode,
  prepare: (account: FakeAccount) => void = () => {},
): Promise<OwnersPage> {
  const account = fakeAccount();
  prepare(account);
  const ended: string[] = [];
  const policyListeners = new Set<() => void>();
  const refused = () => Promise.reject(new Error("not part of this test"));
  const session: CurfewSession = {
    api: account.api as Api,
    getState: () => state,
    subscribe: () => () => {},
    onPolicyChange(listener) {
      policyListeners.add(listener);
      return () => policyListeners.delete(listener);
    },
    start() {},
    stop() {},
    now: () => NOW,
    signIn: refused,
    register: refused,
    acceptInvitation: refused,
    changePassword: refused,
    async signOut() {
      ended.push("signOut");
    },
    staySignedIn: refused,
    dismissWarning() {},
    async endEverySession() {
      ended.push("endEverySession");
      return (account.api.endAccountSessions ?? refused)("all");
    },
    leave: () => ended.push("leave"),
  };
  const screen = await render(<SessionProvider session={session}>{children}</SessionProvider>);
  return {
    account,
    ended,
    screen,
    policyChanged: () => {
      for (const listener of policyListeners) listener();
    },
  };
}
