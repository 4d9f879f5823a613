import { createCurfew } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "./support/sessions.js";

const MINUTE = 60_000;
const ACTOR = { userId: null, sessionId: null, ip: null };
const ada = { id: "ada", name: "Ada", email: "ada@example.test", role: "owner" as const };
const ben = { id: "ben", name: "Ben", email: "ben@example.test", role: "owner" as const };

async function openEngine() {
  const clock = new FakeClock();
  const { store } = await openStore({ now: clock.now });
  const curfew = createCurfew({
    store,
    secret: new Uint8Array(32).fill(7),
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
  });
  onTestFinished(() => curfew.close());
  await curfew.ready();
  return { clock, ...curfew };
}

test.each([0, 7 * MINUTE, 31 * 24 * 60 * MINUTE])(
  "a sign-in that was prepared before everyone was signed out gets no token, %d ms later",
  async (waitMs) => {
    const { clock, sessions, revoke, events } = await openEngine();
    await sessions.start({ accountId: "acme", user: ada });
    const prepared = await sessions.prepare("acme", "ben");
    await revoke.account("acme", { actor: ACTOR });
    clock.stall(waitMs);
    await clock.advance(1000);
    await expect(sessions.start({ accountId: "acme", user: ben, prepared })).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner" },
    });
    expect((await sessions.list({ accountId: "acme", limit: 9, after: null })).items).toEqual([]);
    const { items } = await events.list({ accountId: "acme", limit: 9, after: null });
    expect(items.filter((item) => item.type === "user.signed_in").length).toBe(1);
  },
);

test("a sign-in that was prepared while nobody was signed in does not survive the sign-out of everyone", async () => {
  const { sessions, revoke } = await openEngine();
  const prepared = await sessions.prepare("acme", "ben");
  expect(await revoke.account("acme", { actor: ACTOR })).toBe(0);
  await expect(sessions.start({ accountId: "acme", user: ben, prepared })).rejects.toMatchObject({
    code: "session_revoked",
  });
});

test("a sign-in that checks again in its transaction starts whatever was ended during the check", async () => {
  const { sessions, revoke, users } = await openEngine();
  await sessions.start({ accountId: "acme", user: ada });
  await sessions.start({ accountId: "acme", user: ben });
  const prepared = await sessions.prepare("acme", "ben");
  await revoke.user("acme", "ben", { actor: ACTOR });
  await revoke.account("acme", { actor: ACTOR });
  const { accessToken } = await sessions.start({ accountId: "acme", user: ben, prepared, rechecks: true });
  await expect(sessions.verify(accessToken)).resolves.toMatchObject({ userId: "ben", accountEpoch: 1 });
  await users.update({
    accountId: "acme",
    userId: "ben",
    changes: { role: "member" },
    actor: ACTOR,
  });
  await expect(
    sessions.start({ accountId: "acme", user: ben, prepared, rechecks: true }),
  ).rejects.toMatchObject({ code: "sign_in_superseded" });
});
