import type { SessionState } from "../../src/session/model.js";
import {
  createFakeBrowser,
  createFakeServer,
  createVirtualTime,
  type FakeBrowser,
  type FakeServer,
  type FakeTab,
  type VirtualTime,
} from "../../testing/index.js";

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export const ADA = { email: "ada@example.com", password: "secret" };
export const GRACE = { email: "grace@example.com", password: "secret" };

/** A seeded pseudo-random generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface TestContext {
  time: VirtualTime;
  server: FakeServer;
  browser: FakeBrowser;
}

/** A server without sessions and a browser without a cookie. */
export function createContext(seed = 1): TestContext {
  const time = createVirtualTime();
  const server = createFakeServer(time);
  return { time, server, browser: createFakeBrowser(time, server, seeded(seed)) };
}

/** Opens a tab, starts its session and waits for the initial load. */
export async function openTab(
  { browser, time }: TestContext,
  options: Parameters<FakeBrowser["open"]>[0] = {},
): Promise<FakeTab> {
  const tab = browser.open(options);
  tab.session.start();
  await time.advance(SECOND);
  return tab;
}

/** Advances virtual time, in which `call` should settle, and returns its outcome. */
export async function settle<T>({ time }: TestContext, call: Promise<T>, withinMs = SECOND): Promise<T> {
  call.catch(() => undefined);
  await time.advance(withinMs);
  return call;
}

/** A context with Ada signed in, in `tabs` tabs. */
export async function signedInContext(tabs = 1): Promise<TestContext & { tab: FakeTab; tabs: FakeTab[] }> {
  const context = createContext();
  const opened: FakeTab[] = [];
  for (let count = 0; count < tabs; count++) opened.push(await openTab(context));
  const [tab] = opened;
  if (!tab) throw new Error("expected at least one tab");
  await settle(context, tab.session.signIn(ADA));
  return { ...context, tab, tabs: opened };
}

/** The tab's state, which must be signed in. */
export function signedInState(tab: FakeTab): Extract<SessionState, { status: "signed_in" }> {
  const state = tab.session.getState();
  if (state.status !== "signed_in") throw new Error(`${tab.name} is ${JSON.stringify(state)}`);
  return state;
}

/** How many requests to `path` the server has received, after the first `since` requests. */
export const requestCount = ({ server }: TestContext, path: string, since = 0): number =>
  server.log.slice(since).filter((call) => call.path === path).length;

export const REFRESH = "/api/auth/refresh";

/** Collects the `ended` of every signed-out state from now on. */
export function collectEnds(tabs: readonly FakeTab[]): unknown[] {
  const ends: unknown[] = [];
  for (const { session } of tabs)
    session.subscribe(() => {
      const state = session.getState();
      if (state.status === "signed_out") ends.push(state.ended);
    });
  return ends;
}
