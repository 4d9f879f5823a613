import { raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSignInLimits } from "../../../src/sign-in/limits/attempt-limits.js";
import { DpopKey } from "../../harness/dpop-key.js";
import { join, login, refresh, register, type SignedIn, signedIn } from "../api-calls.js";
import { createGates } from "../gates.js";
import { recordStatements } from "../record-statements.js";
import { createTestService, ORIGIN, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/auth/login";
const INVALID = { status: 401, body: { code: "invalid_credentials" } };

describe("signing in", () => {
  let service: TestService;
  let ada: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    service.hasher.verified.length = 0;
  });
  afterEach(() => service.close());

  it("begins a session for the correct password and records an event", async () => {
    service.clock.stall(1);
    const answer = await login(service, "ada@example.test");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      token_type: "Bearer",
      session: { idle_minutes: 60, absolute_minutes: 1440 },
      user: { id: ada.userId, name: "Ada", role: "owner", account: { name: "Ada's account" } },
    });
    expect(answer.cookie).toMatch(/^cft1\./);
    expect((await service.trail(ada.accountId))[0]).toEqual({
      type: "user.signed_in",
      actorId: ada.userId,
      sessionId: answer.body.session.id,
      ip: "192.0.2.1",
      details: {},
    });
    expect(service.signIns).toEqual(["granted"]);
  });

  it.each(["ADA@EXAMPLE.TEST", " Ada@example.test "])(
    "ignores case and surrounding spaces of the e-mail: %j",
    async (email) => {
      expect((await login(service, email)).status).toBe(200);
    },
  );

  it("with `transport: body` answers the refresh token in the body and sets no cookie", async () => {
    const answer = await login(service, ada.email, PASSWORD, { transport: "body" });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    expect(answer.cookie).toBeNull();
  });

  it("gives the same answer for a wrong password, an unknown e-mail and a disabled user", async () => {
    const bob = await join(service, ada, "Bob");
    await service.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
      token: ada.token,
      body: { disabled: true },
    });
    const answers = [
      await login(service, ada.email, "not her password"),
      await login(service, "nobody@example.test"),
      await login(service, bob.email),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(INVALID);
      expect(answer.body).toEqual(answers[0]?.body);
      expect([...answer.headers]).toEqual([...(answers[0]?.headers ?? [])]);
    }
    expect(service.signIns).toEqual(["invalid_credentials", "invalid_credentials", "invalid_credentials"]);
  });

  it("takes the same steps in all three cases, with the same statements in the same transactions", async () => {
    const bob = await join(service, ada, "Bob");
    await service.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
      token: ada.token,
      body: { disabled: true },
    });
    const stepsOf = async (email: string, password: string): Promise<readonly string[]> => {
      const steps: string[] = [];
      const database = recordStatements(service.database, steps);
      const call = service.callWith({ database, limits: createSignInLimits(database, { rateLimit: true }) });
      service.hasher.beforeAnswer = async () => void steps.push("check");
      expect(await call("POST", PATH, { body: { email, password } })).toMatchObject(INVALID);
      await createGates().settled();
      return steps;
    };
    const known = await stepsOf(ada.email, "not her password");
    const reads = known.filter((step) => step === "check" || step.includes('from "curfew_users"'));
    // After the check: whether the user is still there to record a failure of.
    expect(reads.map((step) => step === "check")).toEqual([false, true, false]);
    expect(known.filter((step) => step === "write")).toHaveLength(2);
    expect(known.filter((step) => step.includes("curfew_events"))).toHaveLength(2);
    expect(await stepsOf("nobody@example.test", PASSWORD)).toEqual(known);
    expect(await stepsOf(bob.email, PASSWORD)).toEqual(known);
    // Again, where the rows of the first failures exist.
    const again = await stepsOf(ada.email, "not her password");
    expect(await stepsOf("nobody@example.test", PASSWORD)).toEqual(again);
  });

  it("checks the decoy hash for an unknown e-mail, and its password signs no one in", async () => {
    expect(await login(service, "nobody@example.test", "nobody's password")).toMatchObject(INVALID);
    expect(service.hasher.verified).toEqual([service.hasher.decoy]);
  });

  it("folds failed sign-ins of one e-mail and network within a minute into one event of the account", async () => {
    const gates = createGates();
    for (const password of ["wrong once", "wrong twice"]) await login(service, "ADA@example.test", password);
    await gates.settled();
    service.clock.stall(1);
    await login(service, ada.email, "wrong elsewhere", { ip: "192.0.2.99" });
    await gates.settled();
    service.clock.stall(60_000);
    await login(service, ada.email, "wrong later");
    await gates.settled();
    const failures = (await service.trail(ada.accountId)).filter(
      ({ type }) => type === "user.sign_in_failed",
    );
    const failure = { type: "user.sign_in_failed", actorId: null, sessionId: null };
    const about = { email: ada.email, user_id: ada.userId };
    expect(failures).toEqual([
      { ...failure, ip: "192.0.2.1", details: { ...about, count: 1 } },
      { ...failure, ip: "192.0.2.99", details: { ...about, count: 1 } },
      { ...failure, ip: "192.0.2.1", details: { ...about, count: 2 } },
    ]);
  });

  it("writes as many rows for an unknown e-mail, which no account sees and which are deleted after an hour", async () => {
    const countEvents = async () => (await service.rowCounts()).curfew_events ?? 0;
    const before = await countEvents();
    await login(service, "nobody@example.test", PASSWORD, { ip: "192.0.2.50" });
    await login(service, ada.email, "wrong", { ip: "192.0.2.50" });
    expect(await countEvents()).toBe(before + 2);
    expect(await service.trail(ada.accountId)).toHaveLength(before + 1);
    const rows = await service.query<{ details: string; fold_key: string }>(
      "SELECT details, fold_key FROM curfew_events WHERE fold_key IS NOT NULL",
    );
    for (const row of rows) expect(JSON.stringify(row)).not.toContain("nobody");
    service.clock.stall(3_600_001);
    await login(service, ada.email, "wrong");
    expect(await countEvents()).toBe(before + 2);
  });

  it("refuses a failed sign-in that could not be recorded, with an unknown e-mail too", async () => {
    const writeEvent = (): never => {
      throw new Error("disk full");
    };
    const call = service.callWith({ writeEvent });
    const answers = [
      await call("POST", PATH, { body: { email: ada.email, password: "wrong" } }),
      await call("POST", PATH, { body: { email: "nobody@example.test", password: "wrong" } }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([500, 500]);
    expect(service.errors).toMatchObject([{ message: "disk full" }, { message: "disk full" }]);
  });

  it("ends the user's other sessions first if it is asked to, in the transaction that begins the new one", async () => {
    const other = signedIn(await login(service, ada.email));
    const bob = await join(service, ada, "Bob");
    const body = { email: ada.email, password: PASSWORD, end_others_first: true };
    const { token } = signedIn(await service.call("POST", PATH, { body }));
    for (const ended of [ada, other])
      expect(await refresh(service, ended.cookie)).toMatchObject({
        status: 401,
        body: { code: "session_revoked", reason: "revoked_by_user" },
      });
    expect((await service.call("GET", "/api/auth/session", { token })).status).toBe(200);
    expect((await refresh(service, bob.cookie)).status).toBe(200);
    const wrong = { ...body, password: "wrong" };
    expect(await service.call("POST", PATH, { body: wrong })).toMatchObject(INVALID);
    expect((await service.call("GET", "/api/auth/session", { token })).status).toBe(200);
  });

  it("ends the browser's previous session only if it succeeds", async () => {
    expect(await login(service, ada.email, "wrong", { cookie: ada.cookie })).toMatchObject(INVALID);
    const refreshed = await refresh(service, ada.cookie);
    expect(refreshed.status).toBe(200);
    expect((await login(service, ada.email, PASSWORD, { cookie: refreshed.cookie ?? "" })).status).toBe(200);
    expect(await refresh(service, refreshed.cookie ?? "")).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "signed_out" },
    });
  });

  it("binds the session to the key of a DPoP proof, and refuses an invalid proof before it checks the password", async () => {
    const key = new DpopKey();
    const iat = Math.floor(service.clock.now() / 1000);
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${PATH}`, payload: { iat } });
    const bound = signedIn(await login(service, ada.email, PASSWORD, { dpop }));
    const { session } = await service.curfew.sessions.get(bound.accountId, bound.sessionId);
    expect(session.keyThumbprint).toBe(key.thumbprint());
    service.hasher.verified.length = 0;
    const elsewhere = key.proof({ method: "POST", url: `${ORIGIN}/api/auth/refresh`, payload: { iat } });
    for (const proof of ["no proof", elsewhere, dpop])
      expect(await login(service, ada.email, PASSWORD, { dpop: proof })).toMatchObject({
        status: 401,
        body: { code: "invalid_proof" },
      });
    expect(service.hasher.verified).toEqual([]);
  });

  it("answers a nonce if the proof's time is outside the window", async () => {
    const iat = Math.floor(service.clock.now() / 1000) - 3600;
    const dpop = new DpopKey().proof({ method: "POST", url: `${ORIGIN}${PATH}`, payload: { iat } });
    const answer = await login(service, ada.email, PASSWORD, { dpop });
    expect(answer).toMatchObject({ status: 401, body: { code: "use_dpop_nonce" } });
    expect(answer.headers.get("dpop-nonce")).not.toBeNull();
  });

  it("replaces a hash with outdated parameters", async () => {
    const { database, context } = service;
    const old = `old hash of ${PASSWORD}`;
    await database.write(() =>
      run(raw(database.queries(), sql`UPDATE credentials SET password_hash = ${old}`)),
    );
    expect(context.passwords.isOutdated(old)).toBe(true);
    expect((await login(service, ada.email)).status).toBe(200);
    expect(await service.query("SELECT password_hash FROM credentials")).toEqual([
      { password_hash: `new hash of ${PASSWORD}` },
    ]);
    expect((await login(service, ada.email)).status).toBe(200);
    expect(service.hasher.hashed).toEqual([PASSWORD, PASSWORD]);
  });
});

describe("the limits on signing in", () => {
  let service: TestService;
  let ada: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    service.hasher.verified.length = 0;
  });
  afterEach(() => service.close());

  const fail = async (times: number, email = ada.email, ip?: string): Promise<void> => {
    for (let count = 0; count < times; count += 1)
      expect(await login(service, email, "wrong", ip === undefined ? {} : { ip })).toMatchObject(INVALID);
  };

  it("refuse the eleventh attempt after ten failures, even with the correct password, with Retry-After", async () => {
    await fail(10);
    const answer = await login(service, ada.email);
    expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    const seconds = Number(answer.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(880);
    expect(seconds).toBeLessThanOrEqual(900);
    expect(service.hasher.verified).toHaveLength(10);
    expect(service.signIns.at(-1)).toBe("rate_limited");
  });

  it("ignore case and surrounding spaces of the e-mail, and apply to unknown e-mails", async () => {
    await fail(5);
    await fail(5, " ADA@example.TEST");
    expect((await login(service, ada.email)).status).toBe(429);
    await fail(10, "nobody@example.test");
    expect((await login(service, "nobody@example.test")).status).toBe(429);
  });

  it("do not affect other networks, other users or open sessions", async () => {
    const bob = await register(service, "Bob");
    await fail(10);
    expect((await login(service, ada.email, PASSWORD, { ip: "192.0.2.2" })).status).toBe(200);
    expect((await login(service, bob.email)).status).toBe(200);
    expect((await refresh(service, ada.cookie)).status).toBe(200);
  });

  it("count an IPv6 /64 as one network", async () => {
    for (let host = 1; host <= 10; host += 1) await fail(1, ada.email, `2001:db8:1:2::${host}`);
    expect((await login(service, ada.email, PASSWORD, { ip: "2001:db8:1:2:ffff::1" })).status).toBe(429);
    expect((await login(service, ada.email, PASSWORD, { ip: "2001:db8:1:3::1" })).status).toBe(200);
  });

  it("refuse a network after a hundred failures, before they validate the request", async () => {
    for (let person = 0; person < 100; person += 1) await fail(1, `person-${person}@example.test`);
    expect((await login(service, ada.email)).status).toBe(429);
    expect((await service.call("POST", PATH, { body: { nonsense: true } })).status).toBe(429);
    expect((await service.call("POST", PATH, { body: { nonsense: true }, ip: "192.0.2.2" })).status).toBe(
      422,
    );
  });

  it("count no failure for an invalid proof or an invalid body", async () => {
    for (let count = 0; count < 12; count += 1) {
      expect((await login(service, ada.email, "wrong", { dpop: "no proof" })).status).toBe(401);
      expect((await service.call("POST", PATH, { body: { email: ada.email } })).status).toBe(422);
    }
    expect((await login(service, ada.email)).status).toBe(200);
  });

  it("check only ten of fifty concurrent wrong passwords", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => login(service, ada.email, "wrong")));
    expect(service.hasher.verified).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(40);
  });

  it("admit all of twenty concurrent correct passwords", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => login(service, ada.email)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it("count a disabled user's correct password as a failure", async () => {
    const bob = await join(service, ada, "Bob");
    const body = { disabled: true };
    await service.call("PATCH", `/api/accounts/me/members/${bob.userId}`, { token: ada.token, body });
    for (let count = 0; count < 10; count += 1)
      expect(await login(service, bob.email)).toMatchObject(INVALID);
    expect((await login(service, bob.email)).status).toBe(429);
  });

  it("do not apply if they are turned off", async () => {
    const free = await createTestService({ limits: "off" });
    await register(free, "Ada");
    for (let count = 0; count < 15; count += 1)
      expect(await login(free, "ada@example.test", "wrong")).toMatchObject(INVALID);
    expect((await login(free, "ada@example.test")).status).toBe(200);
    await free.close();
  });
});
