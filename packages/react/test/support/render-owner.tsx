import type { ReactNode } from "react";
import { render } from "vitest-browser-react";
import { SessionProvider } from "../../src/session/session-provider.js";
import { en } from "../../src/texts/en.js";
import type { Texts } from "../../src/texts/texts.js";
import { type ApiScript, type FakeSession, fakeSession } from "../../testing/index.js";
import { type AccountApi, type FakeAccount, fakeAccount } from "./fake-account.js";

/** A page rendered for the owner Ada, with her account and session. */
export interface OwnerPage {
  readonly account: FakeAccount;
  readonly session: FakeSession;
  /** The session methods that ended the session, in order. */
  endCalls(): string[];
  readonly screen: Awaited<ReturnType<typeof render>>;
}

const END_METHODS: readonly string[] = ["signOut", "deferEnd", "leave"];

const apiScript = (api: AccountApi): ApiScript => ({
  "GET /api/accounts/me/security": () => api.policy(),
  "POST /api/accounts/me/security/preview": ({ body }) => api.previewPolicy(body),
  "PATCH /api/accounts/me/security": ({ body, etag }) => api.changePolicy(body, etag),
  "GET /api/accounts/me/security/sessions": ({ query }) => api.accountSessions(query),
  "GET /api/accounts/me/security/active-users": ({ query }) => api.activeUsers(query),
  "DELETE /api/accounts/me/security/sessions/{id}": ({ id }) => api.endAccountSession(id),
  "POST /api/accounts/me/security/users/{id}/revoke-sessions": ({ id }) => api.endUserSessions(id),
  "POST /api/accounts/me/security/revoke-sessions": ({ body }) =>
    api.endAccountSessions(body?.scope ?? "all"),
  "POST /api/users/me/sessions/revoke-others": () => api.endOwnOtherSessions(),
  "GET /api/accounts/me/members": ({ query }) => api.members(query),
  "GET /api/accounts/me/security/events": ({ query }) => api.auditEvents(query),
  "text/csv": ({ query }) => api.auditCsv(query),
});

/**
 * Renders for the owner Ada.
 *
 * @param prepare sets up the account before rendering
 * @param texts default: English
 */
export async function renderOwner(
  children: ReactNode,
  prepare: (account: FakeAccount) => void = () => {},
  texts: Texts = en,
): Promise<OwnerPage> {
  const account = fakeAccount();
  prepare(account);
  const { api } = account;
  const session = fakeSession({ api: apiScript(api) });
  const screen = await render(
    <SessionProvider session={session} texts={texts}>
      {children}
    </SessionProvider>,
  );
  return {
    account,
    session,
    screen,
    endCalls: () => session.calls.map(([name]) => name).filter((name) => END_METHODS.includes(name)),
  };
}
