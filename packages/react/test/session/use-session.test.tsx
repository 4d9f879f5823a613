import { expect, test } from "vitest";
import { type SessionExpiry, useSessionExpiry } from "../../src/index.js";
import { FAKE_NOW_MS, fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";

const MINUTE = 60_000;

/** Renders `useSessionExpiry` and records its results. */
async function renderExpiry(session = fakeSession()) {
  const results: SessionExpiry[] = [];
  function Recorder() {
    results.push(useSessionExpiry());
    return null;
  }
  const page = await renderWithSession(<Recorder />, session);
  return { ...page, latest: () => results.at(-1) };
}

test("a distant deadline has no warning, but the remaining time", async () => {
  const { latest } = await renderExpiry();
  expect(latest()).toEqual({
    warning: "none",
    reason: null,
    remaining_ms: 60 * MINUTE,
    expires_at: new Date(FAKE_NOW_MS + 60 * MINUTE).toISOString(),
    warning_ms: 5 * MINUTE,
    dismissed: false,
  });
});

test("the remaining time is updated every 30 seconds, not earlier", async () => {
  const { latest, pass } = await renderExpiry();
  await pass(29_999);
  expect(latest()?.remaining_ms).toBe(60 * MINUTE);
  await pass(1);
  await expect.poll(() => latest()?.remaining_ms).toBe(60 * MINUTE - 30_000);
});

test("a crossed threshold is reported at once", async () => {
  const { latest, session } = await renderExpiry();
  session.setState(signedIn({ idleInMs: 5 * MINUTE }));
  await expect
    .poll(() => latest())
    .toMatchObject({ warning: "soon", reason: "idle", remaining_ms: 5 * MINUTE });
  session.setState(signedIn({ idleInMs: 0 }));
  await expect.poll(() => latest()).toMatchObject({ warning: "now", reason: "idle", remaining_ms: 0 });
});

test("the remaining time is updated when the page becomes visible", async () => {
  const { latest, session } = await renderExpiry();
  session.advance(42 * MINUTE);
  document.dispatchEvent(new Event("visibilitychange"));
  await expect.poll(() => latest()?.remaining_ms).toBe(18 * MINUTE);
});

test("the remaining time is never negative", async () => {
  const { latest, pass } = await renderExpiry(fakeSession({ state: signedIn({ idleInMs: 10_000 }) }));
  await pass(30_000);
  await expect.poll(() => latest()?.remaining_ms).toBe(0);
});

test("without a signed-in user there is no expiry", async () => {
  const { latest } = await renderExpiry(
    fakeSession({ state: { status: "signed_out", ended: null, user_id: null } }),
  );
  expect(latest()).toEqual({
    warning: "none",
    reason: null,
    remaining_ms: 0,
    expires_at: null,
    warning_ms: 0,
    dismissed: false,
  });
});
