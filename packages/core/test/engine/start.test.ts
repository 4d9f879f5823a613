import { describe, expect, test, vi } from "vitest";
import type { CurfewOptions, StartSession } from "../../src/curfew.js";
import { createCurfew } from "../../src/engine.js";
import type { SignInSnapshot, StartInput, StartOutcome, Store } from "../../src/store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { NOW, scriptedStore, session, snapshot, user } from "../support/fixtures.js";

const idleFeed: Partial<Store> = {
  readFeed: async () => ({ rows: [], cursor: "0", now: NOW }),
  watchFeed: () => ({ stop: () => undefined }),
};
const signIn = (changes: Partial<SignInSnapshot> = {}): SignInSnapshot => ({
  account: { epoch: 7, policyVersion: 5, appliedPolicyVersion: 2 },
  override: { idleMinutes: null, absoluteMinutes: null },
  user: user(),
  ...changes,
});
const started: StartOutcome = { kind: "started", ...snapshot(), feed: [], endedCount: 0 };
const ada = { id: "ada", name: "Ada", email: "ada@acme.example", role: "owner" } as const;

/** The engine over a store whose `startSession` answers these outcomes one after another. */
function starting(
  outcomes: StartOutcome[],
  reads: SignInSnapshot[] = [signIn()],
  options: Partial<CurfewOptions> = {},
) {
  const inputs: StartInput[] = [];
  const readSignIn = vi.fn(async () => reads.shift() ?? signIn());
  const store = scriptedStore({
    ...idleFeed,
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
    ...options,
  });
  const start = (input: Partial<StartSession> = {}) =>
    curfew.sessions.start({ accountId: "acme", user: ada, ...input });
  return { curfew, start, inputs, readSignIn };
}

describe("beginning a session", () => {
  test("copies the policy in effect, and asks for nothing to have moved since it was read", async () => {
    const override = { idleMinutes: 15, absoluteMinutes: null };
    const { start, inputs } = starting([started], [signIn({ override })]);
    await start({ device: { label: "Firefox on Linux" }, keyThumbprint: "key" });
    expect(inputs[0]).toMatchObject({
      accountId: "acme",
      user: ada,
      limits: { idleMinutes: 15, absoluteMinutes: 1440 },
      expected: { accountEpoch: 7, policyVersion: 5, userEpoch: 3 },
      keyThumbprint: "key",
      device: { label: "Firefox on Linux", userAgent: null, ip: null },
      sessionsPerUser: 100,
      replaces: null,
      endsOthers: null,
      event: { type: "user.signed_in", details: {} },
    });
  });

  test("answers both tokens and the moment that remaining times count from", async () => {
    const { curfew, start } = starting([started]);
    const grant = await start();
    expect(grant).toMatchObject({ session: session(), user: user(), expiresInSeconds: 300, now: NOW });
    expect(curfew.sessions.named(grant.refreshToken)).toEqual({ accountId: "acme", sessionId: "s1" });
    await curfew.ready();
    await expect(curfew.sessions.verify(grant.accessToken)).resolves.toMatchObject({ sessionId: "s1" });
  });

  test("holds the session to what was known before the password check, where the host says so", async () => {
    const { start, inputs, readSignIn } = starting([started]);
    const prepared = signIn({ account: { epoch: 6, policyVersion: 5, appliedPolicyVersion: 2 }, user: null });
    await start({ prepared });
    expect(readSignIn).not.toHaveBeenCalled();
    expect(inputs[0]?.expected).toEqual({ accountEpoch: 6, policyVersion: 5, userEpoch: null });
  });

  test("under a policy that moved meanwhile takes the new one, but keeps the epoch of before the check", async () => {
    const moved = signIn({
      account: { epoch: 9, policyVersion: 6, appliedPolicyVersion: 6 },
      override: { idleMinutes: 20, absoluteMinutes: 600 },
    });
    const { start, inputs } = starting([{ kind: "policy_moved" }, started], [moved]);
    await start({ prepared: signIn() });
    expect(inputs[1]).toMatchObject({
      expected: { accountEpoch: 7, policyVersion: 6, userEpoch: 3 },
      limits: { idleMinutes: 20, absoluteMinutes: 600 },
    });
  });

  test("of a user who moved meanwhile is the host's to check again where it checked a password", async () => {
    const { start, inputs } = starting([{ kind: "user_moved" }]);
    await expect(start({ prepared: signIn() })).rejects.toMatchObject({ code: "sign_in_superseded" });
    expect(inputs).toHaveLength(1);
  });

  test("of a user who moved meanwhile is read again where no check came before", async () => {
    const { start, inputs } = starting(
      [{ kind: "user_moved" }, started],
      [signIn(), signIn({ user: user({ epoch: 4 }) })],
    );
    await start();
    expect(inputs[1]?.expected.userEpoch).toBe(4);
  });

  test("of a disabled user is refused", async () => {
    await expect(starting([{ kind: "user_disabled" }]).start()).rejects.toMatchObject({
      code: "user_disabled",
    });
  });

  test("that loses every race is unavailable, not refused", async () => {
    const { start, inputs } = starting([]);
    await expect(start()).rejects.toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 1 } });
    expect(inputs).toHaveLength(4);
  });

  test("names the session that it replaces by a genuine token alone, and its key by a good proof alone", async () => {
    const { start, inputs } = starting([started, started, started, started]);
    const { refreshToken } = await start();
    const old = { accountId: "acme", sessionId: "s1" };
    await start({ replaces: { refreshToken, proof: { thumbprint: "key" } } });
    expect(inputs[1]?.replaces).toEqual({ ...old, provenThumbprint: "key" });
    await start({ replaces: { refreshToken, proof: { fault: "invalid_proof" } } });
    expect(inputs[2]?.replaces).toEqual({ ...old, provenThumbprint: null });
    await start({ replaces: { refreshToken: `${refreshToken}x` } });
    expect(inputs[3]?.replaces).toBeNull();
  });

  test.each([
    ["accountId", { accountId: "" }, "required"],
    ["accountId", { accountId: "a".repeat(256) }, "out_of_range"],
    ["user.id", { user: { ...ada, id: "a\0b" } }, "invalid_value"],
  ] as const)(
    "with a %s that can't be one is refused before the database is asked",
    async (field, input, code) => {
      const { start, readSignIn } = starting([]);
      await expect(start(input)).rejects.toMatchObject({
        code: "validation_failed",
        details: { faults: [{ field, code }] },
      });
      expect(readSignIn).not.toHaveBeenCalled();
    },
  );

  test("takes an id of 255 characters", async () => {
    await expect(starting([started]).start({ accountId: "a".repeat(255) })).resolves.toBeDefined();
  });
});

describe("the options of the engine", () => {
  const make = (options: Partial<CurfewOptions>) => () => starting([], [], options);
  const fault = (field: string, code: string) =>
    expect.objectContaining({ details: { faults: [expect.objectContaining({ field, code })] } });

  test.each([
    ["secret", "out_of_range", { secret: Buffer.alloc(31) }],
    ["secret", "out_of_range", { secret: [Buffer.alloc(32), Buffer.alloc(31)] }],
    ["secret", "required", { secret: [] }],
    ["issuer", "required", { issuer: "" }],
    ["accessTokenSeconds", "out_of_range", { accessTokenSeconds: 0 }],
    ["accessTokenSeconds", "wrong_type", { accessTokenSeconds: 1.5 }],
    ["rotationGraceSeconds", "out_of_range", { rotationGraceSeconds: 61 }],
    ["rotationGraceSeconds", "out_of_range", { rotationGraceSeconds: -1 }],
    ["sessionsPerUser", "out_of_range", { sessionsPerUser: 0 }],
    ["reauthMinutes", "out_of_range", { reauthMinutes: -1 }],
    ["auditDays", "out_of_range", { auditDays: 0 }],
    [
      "policy.idleMinutesMin",
      "invalid_value",
      {
        policy: {
          defaults: { idleMinutes: 60, absoluteMinutes: 1440 },
          bounds: {
            idleMinutesMin: 90,
            idleMinutesMax: 80,
            absoluteMinutesMin: 30,
            absoluteMinutesMax: 2000,
          },
        },
      },
    ],
  ] as const)("name %s as %s where it makes no sense", (field, code, options) => {
    expect(make(options as Partial<CurfewOptions>)).toThrow(fault(field, code));
  });

  test.each([
    { rotationGraceSeconds: 0 },
    { rotationGraceSeconds: 60 },
    { reauthMinutes: 0 },
    { accessTokenSeconds: 1 },
    { secret: [Buffer.alloc(32, 1), Buffer.alloc(64, 2)] },
  ])("take what is at a bound: %j", (options) => {
    expect(make(options)).not.toThrow();
  });

  test("tell all faults at once", () => {
    expect(make({ issuer: "", auditDays: 0 })).toThrow(
      expect.objectContaining({ details: { faults: [expect.anything(), expect.anything()] } }),
    );
  });
});

describe("a recent sign-in", () => {
  test.each([
    [15 * 60_000, false],
    [15 * 60_000 + 1, true],
  ])("is one no older than fifteen minutes: %i ms asks again: %s", async (ageMs, asks) => {
    const { curfew } = starting([]);
    const require = () => curfew.requireRecentSignIn(NOW - ageMs);
    if (asks) expect(require).toThrow(expect.objectContaining({ code: "reauthentication_required" }));
    else expect(require).not.toThrow();
  });

  test("is never asked for where that is switched off", () => {
    const { curfew } = starting([], [], { reauthMinutes: 0 });
    expect(() => curfew.requireRecentSignIn(0)).not.toThrow();
  });
});
