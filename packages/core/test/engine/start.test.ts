import { describe, expect, test, vi } from "vitest";
import type { StartSession } from "../../src/curfew.js";
import { createCurfew } from "../../src/engine.js";
import type { SignInSnapshot, StartInput, StartOutcome } from "../../src/store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { emptyFeed, NOW, scriptedStore, session, snapshot, user } from "../fixtures.js";

const signInSnapshot = (changes: Partial<SignInSnapshot> = {}): SignInSnapshot => ({
  account: { epoch: 7, policyVersion: 5, appliedPolicyVersion: 2 },
  override: { idleMinutes: null, absoluteMinutes: null },
  user: user(),
  ...changes,
});
const started: StartOutcome = { kind: "started", ...snapshot(), feed: [], endedCount: 0 };
const ada = { id: "ada", name: "Ada", email: "ada@acme.example", role: "owner" } as const;

/** An engine whose store returns these outcomes from `startSession`, in order, and `policy_moved` after them. */
function engineWith(outcomes: StartOutcome[], reads: SignInSnapshot[] = [signInSnapshot()]) {
  const inputs: StartInput[] = [];
  const readSignIn = vi.fn(async () => reads.shift() ?? signInSnapshot());
  const store = scriptedStore({
    ...emptyFeed,
    readSignIn,
    startSession: async (input) => {
      inputs.push(input);
      return outcomes.shift() ?? { kind: "policy_moved" };
    },
  });
  const clock = new FakeClock(NOW);
  const secret = Buffer.alloc(32, 1);
  const curfew = createCurfew({
    store,
    secret,
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
  });
  const start = (input: Partial<StartSession> = {}) =>
    curfew.sessions.start({ accountId: "acme", user: ada, ...input });
  return { curfew, start, inputs, readSignIn };
}

describe("sessions.start", () => {
  test("copies the effective policy and passes the snapshot's numbers as expected", async () => {
    const override = { idleMinutes: 15, absoluteMinutes: null };
    const { start, inputs } = engineWith([started], [signInSnapshot({ override })]);
    await start({ device: { label: "Firefox on Linux" }, keyThumbprint: "key" });
    expect(inputs[0]).toMatchObject({
      accountId: "acme",
      user: ada,
      limits: { idleMinutes: 15, absoluteMinutes: 1440 },
      expected: { policyVersion: 5, epochs: null, user: null },
      keyThumbprint: "key",
      device: { label: "Firefox on Linux", userAgent: null, ip: null },
      sessionsPerUser: 100,
      replaces: null,
      endsOthers: null,
      event: { type: "user.signed_in", details: {} },
    });
  });

  test("returns both tokens and the database's time", async () => {
    const { curfew, start } = engineWith([started]);
    const grant = await start();
    expect(grant).toMatchObject({ session: session(), user: user(), expiresInSeconds: 300, now: NOW });
    expect(curfew.sessions.named(grant.refreshToken)).toEqual({ accountId: "acme", sessionId: "s1" });
    await curfew.ready();
    await expect(curfew.sessions.verify(grant.accessToken)).resolves.toMatchObject({ sessionId: "s1" });
  });

  test("with `prepared` expects the numbers from before the password check", async () => {
    const { start, inputs, readSignIn } = engineWith([started]);
    const prepared = signInSnapshot({
      account: { epoch: 6, policyVersion: 5, appliedPolicyVersion: 2 },
      user: null,
    });
    await start({ prepared });
    expect(readSignIn).not.toHaveBeenCalled();
    expect(inputs[0]?.expected).toEqual({
      policyVersion: 5,
      epochs: { account: 6, user: null },
      user: null,
    });
  });

  test("after a policy change retries with the new policy and the account epoch from before the check", async () => {
    const moved = signInSnapshot({
      account: { epoch: 9, policyVersion: 6, appliedPolicyVersion: 6 },
      override: { idleMinutes: 20, absoluteMinutes: 600 },
    });
    const { start, inputs } = engineWith([{ kind: "policy_moved" }, started], [moved]);
    await start({ prepared: signInSnapshot() });
    expect(inputs[1]).toMatchObject({
      expected: { policyVersion: 6, epochs: { account: 7, user: 3 }, user: null },
      limits: { idleMinutes: 20, absoluteMinutes: 600 },
    });
  });

  test("with `prepared` throws sign_in_superseded if the user changed", async () => {
    const { start, inputs } = engineWith([{ kind: "user_moved" }]);
    await expect(start({ prepared: signInSnapshot() })).rejects.toMatchObject({ code: "sign_in_superseded" });
    expect(inputs).toHaveLength(1);
  });

  test("with `prepared` throws session_revoked, and grants nothing, if the account was signed out since", async () => {
    const moved = { kind: "account_moved", reason: "revoked_by_owner", at: NOW - 7 } as const;
    const { start, inputs } = engineWith([moved]);
    await expect(start({ prepared: signInSnapshot() })).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner", endedAt: NOW - 7 },
    });
    expect(inputs).toHaveLength(1);
  });

  test("with `rechecks` expects the user from before the password check, and no epoch", async () => {
    const { start, inputs } = engineWith([started]);
    await start({ prepared: signInSnapshot({ user: user({ role: "member" }) }), rechecks: true });
    const { name, email } = user();
    expect(inputs[0]?.expected).toEqual({
      policyVersion: 5,
      epochs: null,
      user: { name, email, role: "member" },
    });
  });

  test("throws user_disabled for a disabled user", async () => {
    await expect(engineWith([{ kind: "user_disabled" }]).start()).rejects.toMatchObject({
      code: "user_disabled",
    });
  });

  test("throws unavailable after losing every attempt", async () => {
    const { start, inputs } = engineWith([]);
    await expect(start()).rejects.toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 1 } });
    expect(inputs).toHaveLength(4);
  });

  test("replaces the session of a genuine token only, with the thumbprint of a valid proof only", async () => {
    const { start, inputs } = engineWith([started, started, started, started]);
    const { refreshToken } = await start();
    const replaced = { accountId: "acme", sessionId: "s1" };
    await start({ replaces: { refreshToken, proof: { thumbprint: "key" } } });
    expect(inputs[1]?.replaces).toEqual({ ...replaced, provenThumbprint: "key" });
    await start({ replaces: { refreshToken, proof: { fault: "invalid_proof" } } });
    expect(inputs[2]?.replaces).toEqual({ ...replaced, provenThumbprint: null });
    await start({ replaces: { refreshToken: `${refreshToken}x` } });
    expect(inputs[3]?.replaces).toBeNull();
  });

  test.each([
    ["accountId", { accountId: "" }, "required"],
    ["accountId", { accountId: "a".repeat(256) }, "out_of_range"],
    ["user.id", { user: { ...ada, id: "a\0b" } }, "invalid_value"],
    ["user.id", { user: { ...ada, id: "." } }, "invalid_value"],
    ["user.id", { user: { ...ada, id: ".." } }, "invalid_value"],
  ] as const)("rejects an invalid %s before any database call", async (field, input, code) => {
    const { start, readSignIn } = engineWith([]);
    await expect(start(input)).rejects.toMatchObject({
      code: "validation_failed",
      details: { faults: [{ field, code }] },
    });
    expect(readSignIn).not.toHaveBeenCalled();
  });

  test("accepts an id of 255 characters", async () => {
    await expect(engineWith([started]).start({ accountId: "a".repeat(255) })).resolves.toBeDefined();
  });
});
