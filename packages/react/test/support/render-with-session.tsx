import type { ReactNode } from "react";
import { onTestFinished, vi } from "vitest";
import { render } from "vitest-browser-react";
import { SessionProvider, type Texts } from "../../src/index.js";
import { type FakeSession, fakeSession } from "../../testing/index.js";

/** What a test holds of a page with a session. */
export interface SessionPage {
  readonly session: FakeSession;
  readonly screen: Awaited<ReturnType<typeof render>>;
  /** Lets time pass on the server's clock and on the page's timers, in milliseconds. */
  pass(ms: number): Promise<void>;
}

/**
 * Shows something beneath a provider, with time in the test's hands.
 *
 * @param session Ada's unless told
 */
export async function renderWithSession(
  children: ReactNode,
  session: FakeSession = fakeSession(),
  texts?: Texts,
): Promise<SessionPage> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const screen = await render(
    <SessionProvider session={session} {...(texts === undefined ? {} : { texts })}>
      {children}
    </SessionProvider>,
  );
  return {
    session,
    screen,
    async pass(ms) {
      session.advance(ms);
      await vi.advanceTimersByTimeAsync(ms);
    },
  };
}
