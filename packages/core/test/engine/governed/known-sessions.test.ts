import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createKnownSessions } from "../../../src/engine/governed/known-sessions.js";
import type { SessionSnapshot } from "../../../src/session/session.js";
import { MINUTE, NOW, session, snapshot, user } from "../../fixtures.js";

const keyOf = (hostSessionId: string, accountId = "acme") => ({ accountId, hostSessionId });
const SAID = { name: "Ada", email: "ada@acme.example", authenticatedAt: undefined };
const END = { state: "revoked", reason: "signed_out", endedAt: NOW } as const;

describe("an identity that is remembered", () => {
  const expiryOf = (accessTokenSeconds: number, began = NOW, changes = {}, end: typeof END | null = null) =>
    createKnownSessions(accessTokenSeconds).learn(
      keyOf("s1"),
      began,
      snapshot({ session: session(changes) }),
      end,
    ).expiresAt;

  test("counts for the lifetime of an access token, at most five minutes", () => {
    expect(expiryOf(20)).toBe(NOW + 20_000);
    expect(expiryOf(300)).toBe(NOW + 5 * MINUTE);
    expect(expiryOf(301)).toBe(NOW + 5 * MINUTE);
  });

  test("counts from the start of the read, however long that took, and never from the future", () => {
    const known = createKnownSessions(300);
    expect(known.learn(keyOf("s1"), NOW - 1, snapshot(), null)).toMatchObject({
      issuedAt: NOW - 1,
      expiresAt: NOW - 1 + 5 * MINUTE,
    });
    expect(known.learn(keyOf("s1"), NOW + 1, snapshot(), null)).toMatchObject({ issuedAt: NOW });
  });

  test.each(["idleExpiresAt", "absoluteExpiresAt"])("does not count beyond %s", (deadline) => {
    expect(expiryOf(300, NOW, { [deadline]: NOW + 1000 })).toBe(NOW + 1000);
  });

  test("of an ended session counts beyond its deadlines, which decide nothing any more", () => {
    expect(expiryOf(300, NOW, { idleExpiresAt: NOW }, END)).toBe(NOW + 5 * MINUTE);
  });

  test("has the numbers that the feed is compared with", () => {
    expect(createKnownSessions(300).learn(keyOf("s1"), NOW, snapshot(), null)).toEqual({
      accountId: "acme",
      userId: "ada",
      sessionId: "s1",
      role: "owner",
      authenticatedAt: NOW,
      issuedAt: NOW,
      expiresAt: NOW + 5 * MINUTE,
      accountEpoch: 7,
      userEpoch: 3,
      policyVersion: 5,
    });
  });

  test("holds no session and no user for a host that does not ask for them", () => {
    const known = createKnownSessions(300);
    const identity = known.learn(keyOf("s1"), NOW, snapshot(), null);
    expect(known.get(keyOf("s1"))?.read).toEqual({ identity, lastActiveAt: NOW, end: null, shown: null });
  });

  test("can't be changed by its callers, and neither can session, device and user", () => {
    const known = createKnownSessions(300);
    known.keepShown();
    const identity = known.learn(keyOf("s1"), NOW, snapshot(), null);
    const read = known.get(keyOf("s1"))?.read;
    for (const shared of [identity, read?.shown?.session, read?.shown?.session.device, read?.shown?.user])
      expect(Object.isFrozen(shared)).toBe(true);
    const shown = { session: session(), user: user() };
    expect(read).toEqual({ identity, lastActiveAt: NOW, end: null, shown });
  });
});

describe("the last proof of who somebody is", () => {
  const provenAt = (authenticatedAt: number, changes: Partial<SessionSnapshot> = {}) =>
    snapshot({ session: session({ authenticatedAt }), ...changes });

  test("is not forgotten for an older read that arrives late", () => {
    const known = createKnownSessions(300);
    known.learn(keyOf("s1"), NOW, provenAt(NOW), null);
    const late = provenAt(NOW - 1);
    expect(known.learn(keyOf("s1"), NOW - 9, late, null).authenticatedAt).toBe(NOW);
    expect(known.get(keyOf("s1"))?.read?.identity.authenticatedAt).toBe(NOW);
    expect(late.session.authenticatedAt).toBe(NOW - 1);
    expect(known.learn(keyOf("s1"), NOW, provenAt(NOW + 1), null).authenticatedAt).toBe(NOW + 1);
  });

  test("is not another one's", () => {
    const known = createKnownSessions(300);
    known.learn(keyOf("s1"), NOW, provenAt(NOW), null);
    const another = provenAt(NOW - 1, { user: user({ id: "ben" }) });
    expect(known.learn(keyOf("s1"), NOW, another, null).authenticatedAt).toBe(NOW - 1);
    expect(known.learn(keyOf("s2"), NOW, provenAt(NOW - 1), null).authenticatedAt).toBe(NOW - 1);
  });
});

describe("what is remembered of a session", () => {
  test("keeps what the host said when the session is read again, and its end", () => {
    const known = createKnownSessions(300);
    known.learn(keyOf("s1"), NOW, snapshot(), null);
    known.noteStatement(keyOf("s1"), { ...SAID, authenticatedAt: NOW - 1 });
    expect(known.get(keyOf("s1"))?.read).toMatchObject({ end: null, lastActiveAt: NOW });
    known.learn(keyOf("s1"), NOW, snapshot(), END);
    expect(known.get(keyOf("s1"))).toMatchObject({
      read: { end: END },
      said: { ...SAID, authenticatedAt: NOW - 1 },
    });
  });

  test("is forgotten for the one of a hundred thousand that was asked for longest ago", () => {
    const known = createKnownSessions(300);
    const one = snapshot();
    for (let n = 0; n < 100_000; n++) known.learn(keyOf(`s${n}`), NOW, one, null);
    expect(known.get(keyOf("s0"))).toBeDefined();
    known.learn(keyOf("one more"), NOW, one, null);
    expect(known.get(keyOf("s0"))).toBeDefined();
    expect(known.get(keyOf("s1"))).toBeUndefined();
    expect(known.get(keyOf("s2"))).toBeDefined();
  });
});

describe("a use that is remembered", () => {
  const usedNow = () => {
    const known = createKnownSessions(300);
    known.learn(keyOf("s1"), NOW, snapshot(), null);
    return known;
  };

  test.each([
    [-MINUTE, false],
    [1 - MINUTE, true],
    [0, true],
    [MINUTE - 1, true],
    [MINUTE, false],
  ])("at %d ms from it is one of the same minute: %s", (ms, isInUse) => {
    const known = usedNow();
    expect(known.isInUse(keyOf("s1"), NOW + ms)).toBe(isInUse);
    expect(known.isInUse(keyOf("another"), NOW + ms)).toBe(false);
  });

  test.each([
    [9, true],
    [10, false],
    [11, false],
  ])("is within ten milliseconds of one %d ms later: %s", (ms, isWithin) => {
    const known = usedNow();
    expect(known.isWithin(keyOf("s1"), NOW + ms, 10)).toBe(isWithin);
    expect(known.isWithin(keyOf("another"), NOW + ms, 10)).toBe(false);
  });

  test("is the later one of what was read and what is being written", () => {
    const known = createKnownSessions(300);
    known.noteUse(keyOf("s1"), NOW + 2 * MINUTE);
    known.learn(keyOf("s1"), NOW, snapshot(), null);
    expect(known.get(keyOf("s1"))?.usedAt).toBe(NOW + 2 * MINUTE);
    known.learn(keyOf("s1"), NOW, snapshot({ session: session({ lastActiveAt: NOW + 3 * MINUTE }) }), null);
    expect(known.get(keyOf("s1"))?.usedAt).toBe(NOW + 3 * MINUTE);
  });

  test("is taken back where it was not written, unless another came after it", () => {
    const known = createKnownSessions(300);
    known.learn(keyOf("s1"), NOW, snapshot(), null);
    const takeBack = known.noteUse(keyOf("s1"), NOW + 2 * MINUTE);
    takeBack();
    expect(known.get(keyOf("s1"))?.usedAt).toBe(NOW);
    const takeBackFirst = known.noteUse(keyOf("s1"), NOW + 2 * MINUTE);
    known.noteUse(keyOf("s1"), NOW + 3 * MINUTE);
    takeBackFirst();
    expect(known.get(keyOf("s1"))?.usedAt).toBe(NOW + 3 * MINUTE);
  });

  test("of a session that is not known leaves nothing behind where it was not written", () => {
    const known = createKnownSessions(300);
    known.noteUse(keyOf("nobody's"), NOW)();
    expect(known.get(keyOf("nobody's"))).toBeUndefined();
  });

  test("of a session that was read meanwhile leaves that behind where it was not written", () => {
    const known = createKnownSessions(300);
    const takeBack = known.noteUse(keyOf("s1"), NOW + MINUTE);
    known.learn(keyOf("s1"), NOW, snapshot(), null);
    takeBack();
    expect(known.get(keyOf("s1"))).toMatchObject({ read: { lastActiveAt: NOW }, usedAt: 0 });
  });

  test("leaves behind what the host said before where it was not written", () => {
    const known = createKnownSessions(300);
    known.noteStatement(keyOf("s1"), SAID);
    known.noteUse(keyOf("s1"), NOW)();
    expect(known.get(keyOf("s1"))).toMatchObject({ said: SAID, usedAt: 0 });
  });

  test("that was not written is nothing to a session that is forgotten by then", () => {
    const known = createKnownSessions(300, 1);
    const takeBack = known.noteUse(keyOf("s1"), NOW);
    known.noteUse(keyOf("s2"), NOW);
    takeBack();
    expect(known.get(keyOf("s1"))).toBeUndefined();
    expect(known.get(keyOf("s2"))).toBeDefined();
  });
});

const sessionIn = (accountId: string) => snapshot({ session: session({ accountId }) });

describe("a key", () => {
  test.each([1, 64, 65, 1024])(
    "with a host session id of %d characters names one session of one account",
    (length) => {
      const known = createKnownSessions(300);
      const ids = ["a", "b"].map((last) => `${"x".repeat(length - 1)}${last}`);
      const keys = ids.flatMap((id) => [keyOf(id), keyOf(id, "beta")]);
      const identities = keys.map((key) => known.learn(key, NOW, sessionIn(key.accountId), null));
      for (const [index, key] of keys.entries())
        expect(known.get({ ...key })?.read?.identity).toBe(identities[index]);
      expect(known.get(keyOf(`${"x".repeat(length - 1)}c`))).toBeUndefined();
      expect(known.get(keyOf(ids[0] ?? "", "gamma"))).toBeUndefined();
    },
  );

  test("can't be another host session's digest", () => {
    const known = createKnownSessions(300);
    const long = "x".repeat(65);
    known.learn(keyOf(long), NOW, snapshot(), null);
    const digest = createHash("sha256").update(long).digest("hex");
    for (const guess of [digest, `sha256 ${digest}`]) expect(known.get(keyOf(guess))).toBeUndefined();
  });
});
