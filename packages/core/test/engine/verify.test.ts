import { describe, expect, test, vi } from "vitest";
import { createVerify, refuseEnded } from "../../src/engine/verify.js";
import { deriveSigningKey } from "../../src/keys.js";
import type { TokenVerdict } from "../../src/revocation/memory.js";
import { createAccessTokens } from "../../src/session/access-token.js";
import type { SessionSnapshot } from "../../src/session/model.js";
import { MINUTE, NOW, scriptedStore, session, snapshot, user } from "../support/fixtures.js";

const accessTokens = createAccessTokens([deriveSigningKey(Buffer.alloc(32, 1))], {
  issuer: "https://curfew.example",
  audience: "https://curfew.example",
  lifetimeSeconds: 300,
});
const { token } = accessTokens.issue({ ...snapshot(), id: "t1" });

/** `verify` over a feed in the state that a test wants, and a database that answers `stored`, or fails without it. */
function verifying(
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
  const feed = { isFresh: () => fresh, judge: () => verdict, hasOutlived: () => outlived, now: () => now };
  const verify = createVerify({
    store: scriptedStore({ readSession }),
    feed: feed as unknown as Parameters<typeof createVerify>[0]["feed"],
    accessTokens,
  });
  return { verify: () => verify(token), other: verify, readSession };
}

describe("verify, while the feed is fresh", () => {
  test("tells whose token it is without asking the database", async () => {
    const { verify, readSession } = verifying({});
    await expect(verify()).resolves.toMatchObject({
      accountId: "acme",
      userId: "ada",
      sessionId: "s1",
      role: "owner",
    });
    expect(readSession).not.toHaveBeenCalled();
  });

  test("refuses what is no token of ours", async () => {
    await expect(verifying({}).other("nonsense")).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test.each([
    [NOW + 300_000 - 1, true],
    [NOW + 300_000, false],
    [NOW + 300_001, false],
  ])("takes a token until the moment that it expires", async (now, good) => {
    const { verify } = verifying({ now });
    if (good) await expect(verify()).resolves.toMatchObject({ userId: "ada" });
    else await expect(verify()).rejects.toMatchObject({ code: "token_expired" });
  });

  test("calls an expired token expired, revoked or not", async () => {
    const verdict = { kind: "revoked", reason: "signed_out", at: NOW } as const;
    await expect(verifying({ now: NOW + 300_000, verdict }).verify()).rejects.toMatchObject({
      code: "token_expired",
    });
  });

  test.each([
    [60_000, true],
    [60_001, false],
  ])("has a token refreshed that was issued more than a minute ahead of the clock", async (aheadMs, good) => {
    const { verify } = verifying({ now: NOW - aheadMs });
    if (good) await expect(verify()).resolves.toMatchObject({ userId: "ada" });
    else await expect(verify()).rejects.toMatchObject({ code: "token_expired" });
  });

  test("tells a revoked session's reason and moment", async () => {
    const verdict = { kind: "revoked", reason: "revoked_by_owner", at: NOW - 5 } as const;
    await expect(verifying({ verdict }).verify()).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner", endedAt: NOW - 5 },
    });
  });

  test("has a stale token refreshed", async () => {
    await expect(verifying({ verdict: { kind: "stale" } }).verify()).rejects.toMatchObject({
      code: "token_expired",
    });
  });

  test("asks the database about a token that had expired before the clock was set back", async () => {
    const { verify, readSession } = verifying({ outlived: true }, snapshot());
    await expect(verify()).resolves.toMatchObject({ sessionId: "s1" });
    expect(readSession).toHaveBeenCalledTimes(1);
  });

  test("asks the database where the feed can't tell which end came first", async () => {
    const expired = snapshot({ session: session({ endedAt: NOW - 9, endReason: "idle" }) });
    await expect(verifying({ verdict: { kind: "unclear" } }, expired).verify()).rejects.toMatchObject({
      code: "token_expired",
    });
    const revoked = snapshot({ session: session({ endedAt: NOW - 9, endReason: "revoked_by_owner" }) });
    await expect(verifying({ verdict: { kind: "unclear" } }, revoked).verify()).rejects.toMatchObject({
      code: "session_revoked",
      details: { endedAt: NOW - 9, reason: "revoked_by_owner" },
    });
  });
});

describe("verify, while the feed is stale", () => {
  const ask = (stored?: SessionSnapshot | null) =>
    verifying({ fresh: false, verdict: { kind: "stale" } }, stored).verify();

  test("asks the database about each token, and takes its word", async () => {
    await expect(ask(snapshot())).resolves.toMatchObject({ userId: "ada" });
  });

  test("passes the database's trouble on: no verdict on the session", async () => {
    await expect(ask()).rejects.toThrow("database down");
  });

  test("knows no session that the database doesn't", async () => {
    await expect(ask(null)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("tells a revoked session, and one whose account was signed out", async () => {
    await expect(
      ask(snapshot({ epochEnd: { at: NOW - 1, reason: "revoked_by_owner" } })),
    ).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner", endedAt: NOW - 1 },
    });
  });

  test("leaves it to the refresh to say that a session expired", async () => {
    await expect(ask(snapshot({ now: NOW + 60 * MINUTE }))).rejects.toMatchObject({ code: "token_expired" });
  });

  test("has a token refreshed that is older than a change of role or an applied policy, and no other", async () => {
    await expect(ask(snapshot({ user: user({ roleEpoch: 4 }) }))).rejects.toMatchObject({
      code: "token_expired",
    });
    await expect(ask(snapshot({ user: user({ epoch: 9, roleEpoch: 3 }) }))).resolves.toMatchObject({
      userId: "ada",
    });
    const account = { epoch: 7, policyVersion: 9, appliedPolicyVersion: 6 };
    await expect(ask(snapshot({ account }))).rejects.toMatchObject({ code: "token_expired" });
    const waiting = { epoch: 7, policyVersion: 9, appliedPolicyVersion: 5 };
    await expect(ask(snapshot({ account: waiting }))).resolves.toMatchObject({ userId: "ada" });
  });
});

describe("refuseEnded", () => {
  const ask = (stored: SessionSnapshot | null, accessToken = token) =>
    refuseEnded({ store: scriptedStore({ readSession: async () => stored }), accessTokens }, accessToken);

  test("tells how the session of a token ended that is long past its own end", async () => {
    const revoked = snapshot({ session: session({ endedAt: NOW - 9, endReason: "revoked_by_owner" }) });
    await expect(ask(revoked)).rejects.toMatchObject({
      code: "session_revoked",
      details: { endedAt: NOW - 9, reason: "revoked_by_owner" },
    });
    const { idleExpiresAt } = session();
    await expect(ask(snapshot({ now: NOW + 60 * MINUTE }))).rejects.toMatchObject({
      code: "session_expired",
      details: { endedAt: idleExpiresAt, reason: "idle" },
    });
  });

  test("says nothing of a session that lives, of one that is not known, and of what is no token of ours", async () => {
    await expect(ask(snapshot())).resolves.toBeUndefined();
    await expect(ask(null)).resolves.toBeUndefined();
    const ended = snapshot({ session: session({ endedAt: NOW - 9, endReason: "signed_out" }) });
    await expect(ask(ended, "nonsense")).resolves.toBeUndefined();
  });

  test("passes the database's trouble on: no verdict on the session", async () => {
    const store = scriptedStore({ readSession: () => Promise.reject(new Error("database down")) });
    await expect(refuseEnded({ store, accessTokens }, token)).rejects.toThrow("database down");
  });
});
