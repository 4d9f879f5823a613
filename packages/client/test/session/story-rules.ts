import { expect } from "vitest";
import { absoluteDeadline, idleDeadline } from "../../testing/fake-sessions.js";
import type { FakeTab } from "../../testing/index.js";
import { MINUTE, SECOND } from "./stage.js";
import type { Story } from "./story.js";

/** Within what time every tab has found out what the server holds, once nothing hinders it: silence, backoff and a tick. */
export const FINDS_OUT_MS = 3 * MINUTE;

const awake = ({ browser }: Story): FakeTab[] => browser.tabs.filter((tab) => tab.isAwake());

/** Nobody is signed out whom the server holds live. */
function keepsWhoIsLive(story: Story): void {
  const { cookie } = story.browser.network;
  if (cookie === null || !story.server.isLive(cookie)) return;
  if (story.isTorn || story.acting.size > 0) return;
  for (const tab of awake(story))
    expect([tab.name, tab.session.getState().status]).not.toEqual([tab.name, "signed_out"]);
}

/** A tab that could have found out by now is in no session that has ended. */
function leavesWhatHasEnded(story: Story): void {
  const now = story.time.now();
  for (const tab of awake(story)) {
    const state = tab.session.getState();
    if (state.status !== "signed_in") continue;
    const since = Math.max(story.calmSince, story.awakeSince.get(tab) ?? now);
    const session = story.server.sessions().find(({ id }) => id === state.session.id);
    const endedAt = session?.revoked?.at ?? Date.parse(state.expiry.expires_at);
    const hasEnded = !story.server.isLive(state.session.id);
    if (hasEnded && now - Math.max(since, endedAt) > FINDS_OUT_MS)
      expect([tab.name, "is still in", session]).toEqual([]);
  }
}

/** Nothing that the tabs do by themselves counts as the person's activity. */
function lastActiveIsHonest(story: Story): void {
  const { cookie, latencyMs } = story.browser.network;
  const session = story.server.sessions().find(({ id }) => id === cookie);
  if (!session || story.acting.size > 0) return;
  // A second by which clocks may disagree unnoticed, one of rounding, and the way between tabs.
  expect(session.lastActiveAt).toBeLessThanOrEqual(story.touchedAt + latencyMs + 2 * SECOND + 100);
}

/** Whoever has touched a page lately sees no idle warning, while the server answers. */
function leavesPeopleAtWorkAlone(story: Story): void {
  const now = story.time.now();
  if (story.acting.size > 0 || now - story.calmSince < FINDS_OUT_MS) return;
  // A tab that froze with the lock is waited for ten seconds.
  if (now - story.touchedAt < 15 * SECOND) return;
  if (story.steppedAt >= story.touchedAt && story.steppedAt - story.touchedAt < 70 * SECOND) return;
  for (const tab of awake(story)) {
    const state = tab.session.getState();
    if (state.status !== "signed_in" || state.expiry.reason !== "idle") continue;
    if (state.expiry.warning !== "soon" || now - (story.awakeSince.get(tab) ?? now) < FINDS_OUT_MS) continue;
    const quietMs = (state.session.idle_minutes - 5) * MINUTE - 2 * MINUTE;
    expect(now - story.touchedAt, `${tab.name} warns`).toBeGreaterThan(quietMs);
  }
}

/** No token is ever written down: a name and a moment, in one key. */
function writesNoToken({ browser }: Story): void {
  expect([...browser.storage.keys()].filter((key) => key !== "curfew")).toEqual([]);
  const written = JSON.parse(browser.storage.get("curfew") ?? "{}") as object;
  const allowed = ["name", "dismissed"];
  expect(Object.keys(written).filter((key) => !allowed.includes(key))).toEqual([]);
}

/** All that holds at every moment. */
export function holdsAlways(story: Story): void {
  keepsWhoIsLive(story);
  leavesWhatHasEnded(story);
  lastActiveIsHonest(story);
  leavesPeopleAtWorkAlone(story);
  writesNoToken(story);
}

/** The idle or absolute deadline of a session lies within seconds of now. */
export const passesADeadline = ({ server }: Story): boolean =>
  server
    .sessions()
    .flatMap((session) => [idleDeadline(session), absoluteDeadline(session)])
    .some((deadline) => Math.abs(deadline - server.now()) < 5 * SECOND);

/** Once nothing hinders them, all tabs say the same, and it is what the server holds. */
export function allAgree(story: Story): void {
  const { cookie } = story.browser.network;
  const held = cookie !== null && story.server.isLive(cookie) ? cookie : null;
  const said = awake(story).map((tab) => {
    const state = tab.session.getState();
    return state.status === "signed_in" ? `${state.session.id} until ${state.session.idle_expires_at}` : null;
  });
  const [first = null] = said;
  expect(said).toEqual(said.map(() => first));
  if (!story.isTorn) expect(first?.split(" until")[0] ?? null).toBe(held);
}
