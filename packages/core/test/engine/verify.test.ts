import { describe, expect, test, vi } from "vitest";
import { createSettledReader } from "../../src/engine/settled.js";
import { createVerify, createVerifyNow, refuseEnded } from "../../src/engine/verify.js";
import { deriveSigningKey } from "../../src/keys.js";
import type { TokenVerdict } from "../../src/revocation/memory.js";
import { cacheOpenedTokens, createAccessTokens } from "../../src/session/access-token.js";
import { type EndedFate, fateOf, type SessionSnapshot } from "../../src/session/session.js";
import { MINUTE, NOW, scriptedStore, session, snapshot, user } from "../fixtures.js";

const accessTokens = createAccessTokens([deriveSigningKey(Buffer.alloc(32, 1))], {
  issuer: "https://curfew.example",
  audience: "https://curfew.example",
  acceptsIssuer: () => false,
  lifetimeSeconds: 300,
});
const { token } = accessTokens.issue({ ...snapshot(), id: "t1" });

/** `verify` on a feed in the given state and a database that returns `stored`, or fails if it is undefined. */
function verifierWith(
  {
    fresh = true,
    verdict = { kind: "good" },
    now = NOW,
    outlived = false,
  }: { fresh?: boolean; verdict?: TokenVerdict; now?: number; outlived?: boolean },
  stored?: SessionSnapshot | null,
) {
  const readSession = vi.fn(async () => {
    if (stored === undefined) throw new Error("database down");
    return stored;
  });
  const noteClock = vi.fn();
  const feed = {
    isFresh: () => fresh,
    judge: () => verdict,
    hasOutlived: () => outlived,
    now: () => now,
    noteClock,
  };
  const verify = createVerify({
    store: scriptedStore({ readSession }),
    feed: feed as unknown as Parameters<typeof createVerify>[0]["feed"],
    accessTokens,
  });
  return { verify: () => verify(token), verifyToken: verify, readSession, noteClock };
}

describe("verify on a fresh feed", () => {
  test("returns the identity without a database call", async () => {
    const { verify, readSession } = verifierWith({});
    await expect(verify()).resolves.toMatchObject({
      accountId: "acme",
      userId: "ada",
      sessionId: "s1",
      role: "owner",
    });
    expect(readSession).not.toHaveBeenCalled();
  });

  test("throws unauthenticated for a text that is not our token", async () => {
    await expect(verifierWith({}).verifyToken("nonsense")).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test.each([
    [NOW + 300_000 - 1, true],
    [NOW + 300_000, false],
    [NOW + 300_001, false],
  ])("accepts a token until the moment of its expiry", async (now, isAccepted) => {
    const { verify } = verifierWith({ now });
    if (isAccepted) await expect(verify()).resolves.toMatchObject({ userId: "ada" });
    else await expect(verify()).rejects.toMatchObject({ code: "token_expired" });
  });

  test("throws token_expired for an expired token, revoked or not", async () => {
    const verdict = { kind: "revoked", reason: "signed_out", at: NOW, sequence: 1 } as const;
    await expect(verifierWith({ now: NOW + 300_000, verdict }).verify()).rejects.toMatchObject({
      code: "token_expired",
    });
  });

  test.each([
    [60_000, true],
    [60_001, false],
  ])(
    "throws token_expired for a token issued more than a minute in the future",
    async (aheadMs, isAccepted) => {
      const { verify } = verifierWith({ now: NOW - aheadMs });
      if (isAccepted) await expect(verify()).resolves.toMatchObject({ userId: "ada" });
      else await expect(verify()).rejects.toMatchObject({ code: "token_expired" });
    },
  );

  test("throws session_revoked with the reason and time", async () => {
    const verdict = { kind: "revoked", reason: "revoked_by_owner", at: NOW - 5, sequence: 1 } as const;
    await expect(verifierWith({ verdict }).verify()).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner", endedAt: NOW - 5 },
    });
  });

  test("throws token_expired for a stale token", async () => {
    await expect(verifierWith({ verdict: { kind: "stale" } }).verify()).rejects.toMatchObject({
      code: "token_expired",
    });
  });

  test("reads the database for a token that had expired before the clock was set back", async () => {
    const { verify, readSession } = verifierWith({ outlived: true }, snapshot());
    await expect(verify()).resolves.toMatchObject({ sessionId: "s1" });
    expect(readSession).toHaveBeenCalledTimes(1);
  });

  test("reads the database if the feed can't decide which end came first", async () => {
    const expired = snapshot({ session: session({ endedAt: NOW - 9, endReason: "idle" }) });
    await expect(verifierWith({ verdict: { kind: "unclear" } }, expired).verify()).rejects.toMatchObject({
      code: "token_expired",
    });
    const revoked = snapshot({ session: session({ endedAt: NOW - 9, endReason: "revoked_by_owner" }) });
    await expect(verifierWith({ verdict: { kind: "unclear" } }, revoked).verify()).rejects.toMatchObject({
      code: "session_revoked",
      details: { endedAt: NOW - 9, reason: "revoked_by_owner" },
    });
  });
});

describe("verify on a stale feed", () => {
  const verifyStored = (stored?: SessionSnapshot | null) =>
    verifierWith({ fresh: false, verdict: { kind: "stale" } }, stored).verify();

  test("reads the database for each token", async () => {
    await expect(verifyStored(snapshot())).resolves.toMatchObject({ userId: "ada" });
  });

  test("rethrows a database error", async () => {
    await expect(verifyStored()).rejects.toThrow("database down");
  });

  test.each([
    ["past its expiry", 300_000, false],
    ["until then", 299_999, true],
    ["issued up to a minute ahead", -60_000, true],
    ["issued further ahead", -60_001, false],
  ])("judges a token %s by the database's clock", async (_, laterMs, isAccepted) => {
    for (const memoryNow of [NOW - 3_600_000, NOW]) {
      const stored = snapshot({ now: NOW + laterMs });
      const { verify, noteClock } = verifierWith({ fresh: false, now: memoryNow }, stored);
      if (isAccepted) await expect(verify()).resolves.toMatchObject({ userId: "ada" });
      else await expect(verify()).rejects.toMatchObject({ code: "token_expired" });
      expect(noteClock).toHaveBeenCalledWith(NOW + laterMs);
    }
  });

  test("throws unauthenticated for an unknown session", async () => {
    await expect(verifyStored(null)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("throws session_revoked for a session of a signed-out account", async () => {
    await expect(
      verifyStored(snapshot({ epochEnd: { at: NOW - 1, reason: "revoked_by_owner" } })),
    ).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner", endedAt: NOW - 1 },
    });
  });

  test("throws token_expired for an expired session", async () => {
    await expect(verifyStored(snapshot({ now: NOW + 60 * MINUTE }))).rejects.toMatchObject({
      code: "token_expired",
    });
  });

  test("throws token_expired only for a token older than a change of role or an applied policy", async () => {
    await expect(verifyStored(snapshot({ user: user({ roleEpoch: 4 }) }))).rejects.toMatchObject({
      code: "token_expired",
    });
    await expect(verifyStored(snapshot({ user: user({ epoch: 9, roleEpoch: 3 }) }))).resolves.toMatchObject({
      userId: "ada",
    });
    const account = { epoch: 7, policyVersion: 9, appliedPolicyVersion: 6 };
    await expect(verifyStored(snapshot({ account }))).rejects.toMatchObject({ code: "token_expired" });
    const waiting = { epoch: 7, policyVersion: 9, appliedPolicyVersion: 5 };
    await expect(verifyStored(snapshot({ account: waiting }))).resolves.toMatchObject({ userId: "ada" });
  });
});

describe("verifyNow", () => {
  test("returns the identity of a good token, and null where verify would throw or read", () => {
    const good = {
      judge: () => ({ kind: "good" }),
      now: () => NOW,
      isFresh: () => true,
      hasOutlived: () => false,
    };
    const nowWith = (feed: object) =>
      createVerifyNow({ feed: { ...good, ...feed } as never }, cacheOpenedTokens(accessTokens.open))(token);
    expect(nowWith({})).toMatchObject({ userId: "ada" });
    for (const feed of [
      { judge: () => ({ kind: "revoked" }) },
      { judge: () => ({ kind: "stale" }) },
      { isFresh: () => false },
      { now: () => NOW + 300_000 },
    ])
      expect(nowWith(feed)).toBe(null);
    expect(createVerifyNow({ feed: good as never }, accessTokens.open)("x")).toBe(null);
  });
});

describe("refuseEnded", () => {
  const refuseStored = (stored: SessionSnapshot | null, accessToken = token) => {
    const store = scriptedStore({
      readSession: async () => stored,
      closeExpired: async () => ({ kind: "ended", fate: endedFateOf(stored), closed: true }),
    });
    return refuseEnded({ store, readSettled: createSettledReader(store), accessTokens }, accessToken);
  };
  const endedFateOf = (stored: SessionSnapshot | null): EndedFate => {
    const fate = stored && fateOf(stored);
    if (fate === null || fate.state === "live") throw new Error("the session is live");
    return fate;
  };

  test("throws the end of the session, also for an expired token", async () => {
    const revoked = snapshot({ session: session({ endedAt: NOW - 9, endReason: "revoked_by_owner" }) });
    await expect(refuseStored(revoked)).rejects.toMatchObject({
      code: "session_revoked",
      details: { endedAt: NOW - 9, reason: "revoked_by_owner" },
    });
    const { idleExpiresAt } = session();
    await expect(refuseStored(snapshot({ now: NOW + 60 * MINUTE }))).rejects.toMatchObject({
      code: "session_expired",
      details: { endedAt: idleExpiresAt, reason: "idle" },
    });
  });

  test("resolves for a live session, an unknown session, and a text that is not our token", async () => {
    await expect(refuseStored(snapshot())).resolves.toBeUndefined();
    await expect(refuseStored(null)).resolves.toBeUndefined();
    const ended = snapshot({ session: session({ endedAt: NOW - 9, endReason: "signed_out" }) });
    await expect(refuseStored(ended, "nonsense")).resolves.toBeUndefined();
  });

  test("rethrows a database error", async () => {
    const store = scriptedStore({ readSession: () => Promise.reject(new Error("database down")) });
    const readSettled = createSettledReader(store);
    await expect(refuseEnded({ store, readSettled, accessTokens }, token)).rejects.toThrow("database down");
  });
});
