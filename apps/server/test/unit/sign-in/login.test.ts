import { raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { join, login, refresh, register, type SignedIn, signedIn } from "../acts.js";
import { createGates } from "../gates.js";
import { createWorld, ORIGIN, PASSWORD, type World } from "../world.js";

const PATH = "/api/auth/login";
const INVALID = { status: 401, body: { code: "invalid_credentials" } };

describe("signing in", () => {
  let world: World;
  let ada: SignedIn;
  beforeEach(async () => {
    world = await createWorld();
    ada = await register(world, "Ada");
    world.hasher.verified.length = 0;
  });
  afterEach(() => world.close());

  it("begins a session for the right password, and records it", async () => {
    world.clock.stall(1);
    const answer = await login(world, "ada@example.test");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      token_type: "Bearer",
      session: { idle_minutes: 60, absolute_minutes: 1440 },
      user: { id: ada.userId, name: "Ada", role: "owner", account: { name: "Ada's account" } },
    });
    expect(answer.cookie).toMatch(/^cft1\./);
    expect((await world.trail(ada.accountId))[0]).toEqual({
      type: "user.signed_in",
      actorId: ada.userId,
      sessionId: answer.body.session.id,
      ip: "192.0.2.1",
      details: {},
    });
    expect(world.signIns).toEqual(["granted"]);
  });

  it.each(["ADA@EXAMPLE.TEST", " Ada@example.test "])(
    "knows an e-mail however it is written: %j",
    async (email) => {
      expect((await login(world, email)).status).toBe(200);
    },
  );

  it("carries the refresh token in the body where it is asked to, and then sets no cookie", async () => {
    const answer = await login(world, ada.email, PASSWORD, { transport: "body" });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    expect(answer.cookie).toBeNull();
  });

  it("tells a wrong password, an unknown e-mail and a disabled user alike", async () => {
    const bob = await join(world, ada, "Bob");
    await world.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
      token: ada.token,
      body: { disabled: true },
    });
    const answers = [
      await login(world, ada.email, "not her password"),
      await login(world, "nobody@example.test"),
      await login(world, bob.email),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject(INVALID);
      expect(answer.body).toEqual(answers[0]?.body);
      expect([...answer.headers]).toEqual([...(answers[0]?.headers ?? [])]);
    }
    expect(world.signIns).toEqual(["invalid_credentials", "invalid_credentials", "invalid_credentials"]);
  });

  it("takes the same steps for each of them: three reads, one check, and no write before the answer", async () => {
    const bob = await join(world, ada, "Bob");
    await world.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
      token: ada.token,
      body: { disabled: true },
    });
    for (const [email, password] of [
      [ada.email, "not her password"],
      ["nobody@example.test", PASSWORD],
      [bob.email, PASSWORD],
    ] as const) {
      const steps: string[] = [];
      const { database, curfew } = world.people;
      const call = world.clientOf({
        database: {
          ...database,
          read: (unit) => {
            steps.push("read");
            return database.read(unit);
          },
          write: (unit) => {
            steps.push("write");
            return database.write(unit);
          },
        },
        curfew: {
          ...curfew,
          sessions: {
            ...curfew.sessions,
            prepare: (accountId, userId) => {
              steps.push("prepare");
              return curfew.sessions.prepare(accountId, userId);
            },
          },
          events: {
            ...curfew.events,
            record: async () => {
              steps.push("record");
            },
          },
        },
      });
      world.hasher.beforeAnswer = async () => {
        steps.push("check");
      };
      const answer = await call("POST", PATH, { body: { email, password } });
      steps.push("answer");
      expect(answer).toMatchObject(INVALID);
      expect(steps).toEqual(["read", "prepare", "read", "check", "answer"]);
    }
  });

  it("checks against nobody's password for an unknown e-mail, and lets nobody in with it", async () => {
    expect(await login(world, "nobody@example.test", "nobody's password")).toMatchObject(INVALID);
    expect(world.hasher.verified).toEqual([world.hasher.decoy]);
  });

  it("folds failed sign-ins of one e-mail and network within a minute into one event of the account", async () => {
    const gates = createGates();
    for (const password of ["wrong once", "wrong twice"]) await login(world, "ADA@example.test", password);
    await gates.settled();
    world.clock.stall(1);
    await login(world, ada.email, "wrong elsewhere", { ip: "192.0.2.99" });
    await gates.settled();
    world.clock.stall(60_000);
    await login(world, ada.email, "wrong later");
    await gates.settled();
    const failures = (await world.trail(ada.accountId)).filter(({ type }) => type === "user.sign_in_failed");
    const failure = { type: "user.sign_in_failed", actorId: null, sessionId: null };
    expect(failures).toEqual([
      { ...failure, ip: "192.0.2.1", details: { email: ada.email, count: 1 } },
      { ...failure, ip: "192.0.2.99", details: { email: ada.email, count: 1 } },
      { ...failure, ip: "192.0.2.1", details: { email: ada.email, count: 2 } },
    ]);
  });

  it("writes nothing for an e-mail that nobody has", async () => {
    const before = await world.rowCounts();
    await login(world, "nobody@example.test");
    await createGates().settled();
    expect(await world.rowCounts()).toEqual(before);
  });

  it("tells the host of a failure that could not be recorded, and still answers", async () => {
    const { curfew } = world.people;
    const record = () => Promise.reject(new Error("disk full"));
    const call = world.clientOf({ curfew: { ...curfew, events: { ...curfew.events, record } } });
    expect(await call("POST", PATH, { body: { email: ada.email, password: "wrong" } })).toMatchObject(
      INVALID,
    );
    await createGates().settled();
    expect(world.errors).toMatchObject([{ message: "disk full" }]);
  });

  it("ends the browser's old session once it has succeeded, and not before", async () => {
    expect(await login(world, ada.email, "wrong", { cookie: ada.cookie })).toMatchObject(INVALID);
    const still = await refresh(world, ada.cookie);
    expect(still.status).toBe(200);
    expect((await login(world, ada.email, PASSWORD, { cookie: still.cookie ?? "" })).status).toBe(200);
    expect(await refresh(world, still.cookie ?? "")).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "signed_out" },
    });
  });

  it("binds the session to the key of a proof, and refuses a faulty one before the password", async () => {
    const key = new DpopKey();
    const iat = Math.floor(world.clock.now() / 1000);
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${PATH}`, payload: { iat } });
    const bound = signedIn(await login(world, ada.email, PASSWORD, { dpop }));
    const { session } = await world.curfew.sessions.get(bound.accountId, bound.sessionId);
    expect(session.keyThumbprint).toBe(key.thumbprint());
    world.hasher.verified.length = 0;
    const elsewhere = key.proof({ method: "POST", url: `${ORIGIN}/api/auth/refresh`, payload: { iat } });
    for (const proof of ["no proof", elsewhere, dpop])
      expect(await login(world, ada.email, PASSWORD, { dpop: proof })).toMatchObject({
        status: 401,
        body: { code: "invalid_proof" },
      });
    expect(world.hasher.verified).toEqual([]);
  });

  it("offers a nonce where the proof is of another time", async () => {
    const iat = Math.floor(world.clock.now() / 1000) - 3600;
    const dpop = new DpopKey().proof({ method: "POST", url: `${ORIGIN}${PATH}`, payload: { iat } });
    const answer = await login(world, ada.email, PASSWORD, { dpop });
    expect(answer).toMatchObject({ status: 401, body: { code: "use_dpop_nonce" } });
    expect(answer.headers.get("dpop-nonce")).not.toBeNull();
  });

  it("replaces a hash of other parameters", async () => {
    const { database, people } = world;
    const old = `old hash of ${PASSWORD}`;
    await database.write(() =>
      run(raw(database.queries(), sql`UPDATE credentials SET password_hash = ${old}`)),
    );
    expect(people.passwords.isOutdated(old)).toBe(true);
    expect((await login(world, ada.email)).status).toBe(200);
    expect(await world.query("SELECT password_hash FROM credentials")).toEqual([
      { password_hash: `new hash of ${PASSWORD}` },
    ]);
    expect((await login(world, ada.email)).status).toBe(200);
    expect(world.hasher.hashed).toEqual([PASSWORD, PASSWORD]);
  });
});

describe("the limits on signing in", () => {
  let world: World;
  let ada: SignedIn;
  beforeEach(async () => {
    world = await createWorld();
    ada = await register(world, "Ada");
    world.hasher.verified.length = 0;
  });
  afterEach(() => world.close());

  const fail = async (times: number, email = ada.email, ip?: string): Promise<void> => {
    for (let count = 0; count < times; count += 1)
      expect(await login(world, email, "wrong", ip === undefined ? {} : { ip })).toMatchObject(INVALID);
  };

  it("refuse the eleventh attempt after ten failures, also with the right password, and say for how long", async () => {
    await fail(10);
    const answer = await login(world, ada.email);
    expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    const seconds = Number(answer.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(880);
    expect(seconds).toBeLessThanOrEqual(900);
    expect(world.hasher.verified).toHaveLength(10);
    expect(world.signIns.at(-1)).toBe("rate_limited");
  });

  it("hold however the e-mail is written, and for one that nobody has", async () => {
    await fail(5);
    await fail(5, " ADA@example.TEST");
    expect((await login(world, ada.email)).status).toBe(429);
    await fail(10, "nobody@example.test");
    expect((await login(world, "nobody@example.test")).status).toBe(429);
  });

  it("leave other networks, other people and open sessions alone", async () => {
    const bob = await register(world, "Bob");
    await fail(10);
    expect((await login(world, ada.email, PASSWORD, { ip: "192.0.2.2" })).status).toBe(200);
    expect((await login(world, bob.email)).status).toBe(200);
    expect((await refresh(world, ada.cookie)).status).toBe(200);
  });

  it("count a whole /64 of IPv6 as one network", async () => {
    for (let host = 1; host <= 10; host += 1) await fail(1, ada.email, `2001:db8:1:2::${host}`);
    expect((await login(world, ada.email, PASSWORD, { ip: "2001:db8:1:2:ffff::1" })).status).toBe(429);
    expect((await login(world, ada.email, PASSWORD, { ip: "2001:db8:1:3::1" })).status).toBe(200);
  });

  it("refuse a network after a hundred failures, before anything else of the call is looked at", async () => {
    for (let person = 0; person < 100; person += 1) await fail(1, `person-${person}@example.test`);
    expect((await login(world, ada.email)).status).toBe(429);
    expect((await world.call("POST", PATH, { body: { nonsense: true } })).status).toBe(429);
    expect((await world.call("POST", PATH, { body: { nonsense: true }, ip: "192.0.2.2" })).status).toBe(422);
  });

  it("count no failure for a faulty proof or a body that is not right", async () => {
    for (let count = 0; count < 12; count += 1) {
      expect((await login(world, ada.email, "wrong", { dpop: "no proof" })).status).toBe(401);
      expect((await world.call("POST", PATH, { body: { email: ada.email } })).status).toBe(422);
    }
    expect((await login(world, ada.email)).status).toBe(200);
  });

  it("check ten of fifty wrong passwords that come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => login(world, ada.email, "wrong")));
    expect(world.hasher.verified).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(40);
  });

  it("let all of twenty right passwords in that come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => login(world, ada.email)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it("count a disabled user's right password as a failure", async () => {
    const bob = await join(world, ada, "Bob");
    const body = { disabled: true };
    await world.call("PATCH", `/api/accounts/me/members/${bob.userId}`, { token: ada.token, body });
    for (let count = 0; count < 10; count += 1) expect(await login(world, bob.email)).toMatchObject(INVALID);
    expect((await login(world, bob.email)).status).toBe(429);
  });

  it("are none where they are switched off", async () => {
    const free = await createWorld({ limits: "off" });
    await register(free, "Ada");
    for (let count = 0; count < 15; count += 1)
      expect(await login(free, "ada@example.test", "wrong")).toMatchObject(INVALID);
    expect((await login(free, "ada@example.test")).status).toBe(200);
    await free.close();
  });
});
