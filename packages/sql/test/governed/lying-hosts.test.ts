import type { OpenGoverned } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { ada, expired, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

const HOUR = 60 * MINUTE;
const LATEST = 8_640_000_000_000_000;

describe("a host that says the session is of several people", () => {
  test("at once leaves it over, and lets at most one of them in before that", async () => {
    const { here, there, hostSession, key } = await openReplicas();
    const people = ["ada", "ben", "cleo", "dan"].map((id) => hostSession({ user: { ...ada, id } }));
    const opening = people.flatMap((input) => [here.governed.open(input), there.governed.open(input)]);
    const outcomes = await Promise.allSettled(opening);
    const allowed = outcomes.flatMap((outcome) =>
      outcome.status === "fulfilled" ? [outcome.value.user.id] : [],
    );
    expect(new Set(allowed).size).toBe(1);
    const codes = new Set(
      outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : [])),
    );
    expect([...codes].sort()).toEqual(["session_revoked", "validation_failed"]);
    for (const curfew of [here, there])
      for (const input of people) {
        await expect(curfew.governed.open(input)).rejects.toMatchObject(revoked("signed_out"));
        await expect(curfew.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
      }
    await expect(here.users.active("acme")).resolves.toMatchObject({ sessionCount: 0 });
  });

  test("ends the session of the account that it says so in, and no other", async () => {
    const { here, hostSession } = await openReplicas();
    const umbrella = hostSession({ accountId: "umbrella" });
    await here.governed.open(hostSession());
    await here.governed.open(umbrella);
    const another = hostSession({ user: { ...ada, id: "ben" } });
    await expect(here.governed.open(another)).rejects.toMatchObject({ code: "validation_failed" });
    await expect(here.governed.check(umbrella)).resolves.toMatchObject({ userId: "ada" });
  });
});

describe("a host that says impossible times", () => {
  test.each<[string, (now: number) => Partial<OpenGoverned>, (now: number) => object]>([
    [
      "a last use before the start",
      (now) => ({ startedAt: now - 10 * MINUTE, lastActiveAt: 0 }),
      (now) => ({ lastActiveAt: now - 10 * MINUTE, idleExpiresAt: now + 50 * MINUTE }),
    ],
    [
      "a last use at the end of time",
      () => ({ lastActiveAt: LATEST }),
      (now) => ({ lastActiveAt: now, idleExpiresAt: now + HOUR }),
    ],
    [
      "an end at the end of time",
      () => ({ notAfter: LATEST }),
      (now) => ({ absoluteExpiresAt: now + 24 * HOUR }),
    ],
    [
      "a proof from before the start",
      () => ({ authenticatedAt: 0 }),
      (now) => ({ startedAt: now, authenticatedAt: 0 }),
    ],
  ])("(%s) gets no session that lasts longer than the policy", async (_what, changes, expected) => {
    const { clock, here, hostSession } = await openReplicas();
    const { session } = await here.governed.open(hostSession(changes(clock.now())));
    expect(session).toMatchObject(expected(clock.now()));
  });

  test.each<[string, (now: number) => Partial<OpenGoverned>, string]>([
    ["a start in 1970", () => ({ startedAt: 0 }), "absolute"],
    ["an end at the start", (now) => ({ notAfter: now }), "absolute"],
    ["no use since the start", (now) => ({ startedAt: now - 2 * HOUR, lastActiveAt: 0 }), "idle"],
  ])("(%s) gets none where that is over", async (_what, changes, reason) => {
    const { clock, here, hostSession, key } = await openReplicas();
    const input = hostSession(changes(clock.now()));
    await expect(here.governed.open(input)).rejects.toMatchObject(expired(reason));
    await expect(here.governed.check(key)).rejects.toMatchObject(expired(reason));
    // A better story does not help.
    await expect(here.governed.open(hostSession())).rejects.toMatchObject(expired(reason));
  });

  test("moves nothing by another story of a session that is known", async () => {
    const { clock, here, hostSession } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    await clock.advance(10 * MINUTE);
    const again = hostSession({ lastActiveAt: LATEST, notAfter: LATEST, authenticatedAt: 0 });
    await expect(here.governed.open(again)).resolves.toMatchObject({ session });
  });

  test.each(["startedAt", "authenticatedAt"] as const)(
    "is refused with the field %s where it is further ahead than clocks differ, also of a known session, which goes on",
    async (field) => {
      const { clock, here, hostSession, key } = await openReplicas();
      const refusal = { code: "validation_failed", details: { faults: [{ field }] } };
      const ahead = hostSession({ [field]: clock.now() + MINUTE + 1 });
      await expect(here.governed.open(ahead)).rejects.toMatchObject(refusal);
      await here.governed.open(hostSession());
      await expect(here.governed.open(ahead)).rejects.toMatchObject(refusal);
      await expect(here.governed.check(key)).resolves.toBeDefined();
    },
  );

  test("is refused with the field notAfter where the end comes before the start, whatever is known", async () => {
    const { here, hostSession, key, callsOf } = await openReplicas();
    const input = hostSession();
    const refusal = { code: "validation_failed", details: { faults: [{ field: "notAfter" }] } };
    const open = () => here.governed.open({ ...input, notAfter: input.startedAt - 1 });
    expect(await callsOf(() => expect(open()).rejects.toMatchObject(refusal))).toEqual({});
    await here.governed.open(input);
    await expect(open()).rejects.toMatchObject(refusal);
    await expect(here.governed.check(key)).resolves.toBeDefined();
  });
});

describe("a host that names a key of another account or of nobody", () => {
  test("is told not_found, ends nothing, and costs no write", async () => {
    const { here, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    const foreign = { ...key, accountId: "umbrella" };
    const calls = await callsOf(async () => {
      const notFound = { code: "not_found" };
      await expect(here.governed.check(foreign)).rejects.toMatchObject(notFound);
      await expect(here.governed.watch(foreign, () => undefined)).rejects.toMatchObject(notFound);
      await here.governed.end(foreign);
    });
    expect(Object.keys(calls).filter((name) => !name.startsWith("read"))).toEqual([]);
    await expect(here.governed.touch(foreign)).rejects.toMatchObject({ code: "not_found" });
    await expect(here.governed.check(key)).resolves.toMatchObject({ accountId: "acme" });
  });

  test("spares no session of this account by the id of another one's", async () => {
    const { here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    const { session } = await here.governed.open(hostSession({ accountId: "umbrella" }));
    await here.revoke.account("acme", { actor: NOBODY, spareSessionId: session.id });
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("revoked_by_owner"));
    await expect(here.governed.check({ ...key, accountId: "umbrella" })).resolves.toBeDefined();
  });
});

describe("a database's clock that is set", () => {
  test("back lets no session live longer in memory, and none that was signed out come back", async () => {
    const { clock, here, there, hostSession, key, callsOf } = await openReplicas();
    const input = hostSession();
    const other = hostSession({ hostSessionId: "h2" });
    await here.governed.open(input);
    await here.governed.open(other);
    await here.governed.end(other);
    await there.governed.check(key);
    clock.step(-HOUR);
    await clock.advance(1000);
    expect(await callsOf(() => there.governed.check(key))).toEqual({ readSession: 1 });
    for (const curfew of [here, there]) {
      await expect(curfew.governed.check(other)).rejects.toMatchObject(revoked("signed_out"));
      await expect(curfew.governed.check(key)).resolves.toMatchObject({ userId: "ada" });
    }
    await there.governed.end(key);
    await clock.advance(1000);
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
  });

  test("forward ends what is over by it, and only that", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    clock.step(59 * MINUTE);
    await clock.advance(1000);
    await expect(there.governed.check(key)).resolves.toBeDefined();
    clock.step(MINUTE);
    await clock.advance(1000);
    for (const curfew of [here, there])
      await expect(curfew.governed.check(key)).rejects.toMatchObject(expired("idle"));
  });
});

describe("a host that says a name of a megabyte", () => {
  test("has its beginning stored, once, and not half of a character", async () => {
    const { here, hostSession, callsOf } = await openReplicas();
    const user = { ...ada, name: `${"x".repeat(1023)}😀${"y".repeat(1_000_000)}` };
    await here.governed.open(hostSession({ user }));
    expect(await callsOf(() => here.governed.open(hostSession({ user })))).toEqual({ readSession: 1 });
    const { name } = (await here.users.get("acme", "ada")) ?? {};
    expect(name).toBe(`${"x".repeat(1023)}\ufffd`);
  });

  test("has it stored so too where it begins the session", async () => {
    const { here } = await openReplicas();
    const { user } = await here.sessions.start({
      accountId: "acme",
      user: { ...ada, name: "x".repeat(2000) },
    });
    expect(user.name).toBe("x".repeat(1024));
  });
});

describe("a host that says half a surrogate pair", () => {
  const user = { ...ada, name: "Ada \ud83d", email: "\udd11@example.test" };

  test("of name and e-mail writes it once, as the character in its place", async () => {
    const { here, there, hostSession, callsOf } = await openReplicas();
    const input = hostSession({ user, device: { label: "Fire\ud83d" } });
    await here.governed.open(input);
    for (const curfew of [here, there])
      expect(await callsOf(() => curfew.governed.open(input))).toEqual({ readSession: 1 });
    await expect(there.users.get("acme", "ada")).resolves.toMatchObject({ name: "Ada \ufffd" });
    await here.governed.end(input);
    const { items } = await here.events.list({ accountId: "acme", limit: 9, after: null });
    expect(items.map(({ type }) => type)).toEqual(["user.signed_out", "user.signed_in"]);
  });
});
