import { expect, test } from "vitest";
import { type SessionExpiry, useSessionExpiry } from "../../src/index.js";
import { FAKE_NOW_MS, fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "./render-with-session.js";

const MINUTE = 60_000;

/** Shows nothing and keeps each answer of the hook. */
async function watched(session = fakeSession()) {
  const seen: SessionExpiry[] = [];
  function Watching() {
    seen.push(useSessionExpiry());
    return null;
  }
  const page = await renderWithSession(<Watching />, session);
  return { ...page, last: () => seen.at(-1) };
}

test("while there is time it warns of nothing, and tells the time that remains", async () => {
  const { last } = await watched();
  expect(last()).toEqual({
    warning: "none",
    reason: null,
    remaining_ms: 60 * MINUTE,
    expires_at: new Date(FAKE_NOW_MS + 60 * MINUTE).toISOString(),
    dismissed: false,
  });
});

test("it looks at the clock again every 30 seconds, and not before", async () => {
  const { last, pass } = await watched();
  await pass(29_999);
  expect(last()?.remaining_ms).toBe(60 * MINUTE);
  await pass(1);
  await expect.poll(() => last()?.remaining_ms).toBe(60 * MINUTE - 30_000);
});

test("when a threshold is crossed it says so at once", async () => {
  const { last, session } = await watched();
  session.become(signedIn({ idleInMs: 5 * MINUTE }));
  await expect
    .poll(() => last())
    .toMatchObject({ warning: "soon", reason: "idle", remaining_ms: 5 * MINUTE });
  session.become(signedIn({ idleInMs: 0 }));
  await expect.poll(() => last()).toMatchObject({ warning: "now", reason: "idle", remaining_ms: 0 });
});

test("when the page becomes visible again it looks at the clock, since timers of a hidden page are late", async () => {
  const { last, session } = await watched();
  session.advance(42 * MINUTE);
  document.dispatchEvent(new Event("visibilitychange"));
  await expect.poll(() => last()?.remaining_ms).toBe(18 * MINUTE);
});

test("what remains is never negative", async () => {
  const { last, pass } = await watched(fakeSession({ state: signedIn({ idleInMs: 10_000 }) }));
  await pass(30_000);
  await expect.poll(() => last()?.remaining_ms).toBe(0);
});

test("of nobody's session nothing remains", async () => {
  const { last } = await watched(
    fakeSession({ state: { status: "signed_out", ended: null, user_id: null } }),
  );
  expect(last()).toEqual({
    warning: "none",
    reason: null,
    remaining_ms: 0,
    expires_at: null,
    dismissed: false,
  });
});
