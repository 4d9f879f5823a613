import type { ReactNode } from "react";
import { onTestFinished, vi } from "vitest";
import { render } from "vitest-browser-react";
import { SessionProvider, type Texts } from "../../src/index.js";
import { type FakeSession, fakeSession } from "../../testing/index.js";

/** A rendered page with its session. */
export interface SessionPage {
  readonly session: FakeSession;
  readonly screen: Awaited<ReturnType<typeof render>>;
  /** Advances the server's clock and the page's timers, in milliseconds. */
  pass(ms: number): Promise<void>;
}

/**
 * Renders inside a provider, with fake timers.
 *
 * @param session default: Ada's session
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
