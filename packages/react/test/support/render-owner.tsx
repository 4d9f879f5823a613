import type { ReactNode } from "react";
import { render } from "vitest-browser-react";
import { SessionProvider } from "../../src/session/session-provider.js";
import { en } from "../../src/texts/en.js";
import type { Texts } from "../../src/texts/texts.js";
import { type FakeSession, fakeSession } from "../../testing/index.js";
import { type FakeAccount, fakeAccount } from "./fake-account.js";
import { ownersScript } from "./owners-script.js";

/** What a test holds: the account, the session, and what is on the page. */
export interface OwnersPage {
  readonly account: FakeAccount;
  readonly session: FakeSession;
  /** How the session itself was ended, in order. */
  ended(): string[];
  readonly screen: Awaited<ReturnType<typeof render>>;
}

const ENDS: readonly string[] = ["signOut", "endEverySession", "leave"];

/**
 * Shows something to the owner Ada.
 *
 * @param prepare sets the account up before anything is shown
 * @param texts English unless told
 */
export async function renderOwner(
  children: ReactNode,
  prepare: (account: FakeAccount) => void = () => {},
  texts: Texts = en,
): Promise<OwnersPage> {
  const account = fakeAccount();
  prepare(account);
  const { api } = account;
  const session = fakeSession({
    api: ownersScript(api),
    acts: { endEverySession: () => api.endAccountSessions("all") },
  });
  const screen = await render(
    <SessionProvider session={session} texts={texts}>
      {children}
    </SessionProvider>,
  );
  return {
    account,
    session,
    screen,
    ended: () => session.calls.map(([name]) => name).filter((name) => ENDS.includes(name)),
  };
}
