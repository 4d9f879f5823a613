import { expect } from "vitest";
import { absoluteDeadline, idleDeadline } from "../../testing/fake-sessions.js";
import type { FakeTab } from "../../testing/index.js";
import { MINUTE, SECOND } from "./context.js";
import type { Story } from "./story.js";

/** The time in which every reachable tab learns the server's state: stream silence, backoff and a check interval. */
export const CONVERGENCE_MS = 3 * MINUTE;

const awake = ({ browser }: Story): FakeTab[] => browser.tabs.filter((tab) => tab.isAwake());

/** No tab is signed out of a session that is live on the server. */
function expectLiveSessionsKept(story: Story): void {
  const { cookie } = story.browser.network;
  if (cookie === null || !story.server.isLive(cookie)) return;
  if (story.wasActionCut || story.acting.size > 0) return;
  for (const tab of awake(story))
    expect([tab.name, tab.session.getState().status]).not.toEqual([tab.name, "signed_out"]);
}

/** A tab that has had time to converge is not in an ended session. */
function expectEndedSessionsLeft(story: Story): void {
  const now = story.time.now();
  for (const tab of awake(story)) {
    const state = tab.session.getState();
    if (state.status !== "signed_in") continue;
    const since = Math.max(story.calmSince, story.awakeSince.get(tab) ?? now);
    const session = story.server.sessions().find(({ id }) => id === state.session.id);
    const endedAt = session?.revoked?.at ?? Date.parse(state.expiry.expires_at);
    const hasEnded = !story.server.isLive(state.session.id);
    if (hasEnded && now - Math.max(since, endedAt) > CONVERGENCE_MS)
      expect([tab.name, "is still in", session]).toEqual([]);
  }
}

/** Automatic requests don't count as activity. */
function expectHonestActivity(story: Story): void {
  const { cookie, latencyMs } = story.browser.network;
  const session = story.server.sessions().find(({ id }) => id === cookie);
  if (!session || story.acting.size > 0) return;
  // One second of unnoticed clock drift, one of rounding, and the delay between tabs.
  expect(session.lastActiveAt).toBeLessThanOrEqual(story.activeAt + latencyMs + 2 * SECOND + 100);
}

/** There is no idle warning after recent activity while the server is reachable. */
function expectNoWarningAtWork(story: Story): void {
  const now = story.time.now();
  if (story.acting.size > 0 || now - story.calmSince < CONVERGENCE_MS) return;
  // A tab that was frozen with the lock delays the others by ten seconds.
  if (now - story.activeAt < 15 * SECOND) return;
  if (story.clockSetAt >= story.activeAt && story.clockSetAt - story.activeAt < 70 * SECOND) return;
  for (const tab of awake(story)) {
    const state = tab.session.getState();
    if (state.status !== "signed_in" || state.expiry.reason !== "idle") continue;
    if (state.expiry.warning !== "soon" || now - (story.awakeSince.get(tab) ?? now) < CONVERGENCE_MS)
      continue;
    const quietMs = (state.session.idle_minutes - 5) * MINUTE - 2 * MINUTE;
    expect(now - story.activeAt, `${tab.name} warns`).toBeGreaterThan(quietMs);
  }
}

/** Storage holds a name and two deadlines under one key, and no token. */
function expectNoStoredToken({ browser }: Story): void {
  expect([...browser.storage.keys()].filter((key) => key !== "curfew")).toEqual([]);
  const stored = JSON.parse(browser.storage.get("curfew") ?? "{}") as object;
  const allowed = ["name", "until", "dismissed"];
  expect(Object.keys(stored).filter((key) => !allowed.includes(key))).toEqual([]);
}

/** Expects the rules that hold after every step. */
export function expectInvariants(story: Story): void {
  expectLiveSessionsKept(story);
  expectEndedSessionsLeft(story);
  expectHonestActivity(story);
  expectNoWarningAtWork(story);
  expectNoStoredToken(story);
}

/** Whether a deadline of a session is within seconds of now. */
export const isAtDeadline = ({ server }: Story): boolean =>
  server
    .sessions()
    .flatMap((session) => [idleDeadline(session), absoluteDeadline(session)])
    .some((deadline) => Math.abs(deadline - server.now()) < 5 * SECOND);

/** Expects all tabs to agree with each other and with the server. */
export function expectAgreement(story: Story): void {
  const { cookie } = story.browser.network;
  const liveId = cookie !== null && story.server.isLive(cookie) ? cookie : null;
  const shown = awake(story).map((tab) => {
    const state = tab.session.getState();
    return state.status === "signed_in" ? `${state.session.id} until ${state.session.idle_expires_at}` : null;
  });
  const [first = null] = shown;
  expect(shown).toEqual(shown.map(() => first));
  if (!story.wasActionCut) expect(first?.split(" until")[0] ?? null).toBe(liveId);
}
