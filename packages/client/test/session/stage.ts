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

/** Numbers that look random and are the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Stage {
  time: VirtualTime;
  server: FakeServer;
  browser: FakeBrowser;
}

/** A server with nobody signed in, and a browser that has not met it yet. */
export function setStage(seed = 1): Stage {
  const time = createVirtualTime();
  const server = createFakeServer(time);
  return { time, server, browser: createFakeBrowser(time, server, seeded(seed)) };
}

/** A tab that was opened and has found out who is signed in. */
export async function openTab(
  { browser, time }: Stage,
  options: Parameters<FakeBrowser["open"]>[0] = {},
): Promise<FakeTab> {
  const tab = browser.open(options);
  tab.session.start();
  await time.advance(SECOND);
  return tab;
}

/** Waits, in virtual time, for what `call` promises. */
export async function outcome<T>({ time }: Stage, call: Promise<T>, withinMs = SECOND): Promise<T> {
  call.catch(() => undefined);
  await time.advance(withinMs);
  return call;
}

/** A stage with `tabs` tabs in which Ada is signed in. */
export async function signedInStage(tabs = 1): Promise<Stage & { tab: FakeTab; tabs: FakeTab[] }> {
  const stage = setStage();
  const opened: FakeTab[] = [];
  for (let count = 0; count < tabs; count++) opened.push(await openTab(stage));
  const [tab] = opened;
  if (!tab) throw new Error("a stage has a tab");
  await outcome(stage, tab.session.signIn(ADA));
  return { ...stage, tab, tabs: opened };
}

/** The state of a tab that is signed in. */
export function signedIn(tab: FakeTab): Extract<SessionState, { status: "signed_in" }> {
  const state = tab.session.getState();
  if (state.status !== "signed_in") throw new Error(`${tab.name} is ${JSON.stringify(state)}`);
  return state;
}

/** What the server was asked for since `since` calls, by path. */
export const asked = ({ server }: Stage, path: string, since = 0): number =>
  server.log.slice(since).filter((call) => call.path === path).length;

export const REFRESH = "/api/auth/refresh";
