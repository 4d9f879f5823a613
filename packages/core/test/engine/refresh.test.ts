import { describe, expect, test } from "vitest";
import { createCurfew } from "../../src/engine.js";
import type { CloseOutcome } from "../../src/store.js";
import { emptyFeed, MINUTE, NOW, scriptedStore, session, snapshot } from "../fixtures.js";
import { engineWith, secret, tokenOf } from "./refreshing-engine.js";

describe("sessions.refresh", () => {
  test("is one store call when it succeeds", async () => {
    const { curfew, calls } = engineWith({
      refreshed: [{ ...snapshot(), session: session({ generation: 5 }) }],
    });
    const grant = await curfew.sessions.refresh(tokenOf(4), {
      idleForSeconds: 30,
      proof: { thumbprint: "key" },
    });
    expect(grant.refreshToken).toBe(tokenOf(5));
    expect(calls).toEqual([
      {
        accountId: "acme",
        sessionId: "s1",
        generation: 4,
        provenThumbprint: "key",
        idleForMs: 30_000,
        graceMs: 10_000,
        network: null,
        device: null,
      },
    ]);
  });

  test("without idleForSeconds counts as activity now; an invalid proof counts as none", async () => {
    const { curfew, calls } = engineWith({ refreshed: [snapshot()] });
    await curfew.sessions.refresh(tokenOf(0), { proof: { fault: "invalid_proof" } });
    expect(calls[0]).toMatchObject({ idleForMs: 0, provenThumbprint: null });
  });

  test("caps idleForSeconds at 100 years", async () => {
    const { curfew, calls } = engineWith({ refreshed: [snapshot()] });
    await curfew.sessions.refresh(tokenOf(0), { idleForSeconds: Number.MAX_SAFE_INTEGER });
    expect(calls[0]?.idleForMs).toBe(3_155_760_000_000);
  });

  test("with a forged token throws unauthenticated without a database call", async () => {
    const { curfew, calls } = engineWith({});
    await expect(curfew.sessions.refresh(`${tokenOf(0)}x`)).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(calls).toHaveLength(0);
  });

  test.each([
    [-1, "out_of_range"],
    [1.5, "wrong_type"],
    [Number.NaN, "wrong_type"],
    [Number.POSITIVE_INFINITY, "wrong_type"],
    [2 ** 53, "wrong_type"],
  ])("with idleForSeconds %d throws validation_failed", async (idleForSeconds, code) => {
    const { curfew, calls } = engineWith({});
    await expect(curfew.sessions.refresh(tokenOf(0), { idleForSeconds })).rejects.toMatchObject({
      code: "validation_failed",
      details: { faults: [{ field: "idleForSeconds", code }] },
    });
    expect(calls).toHaveLength(0);
  });

  test("of an unknown session throws unauthenticated", async () => {
    await expect(engineWith({ stored: [null] }).curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("is retried if it updated no row but the session is live", async () => {
    const { curfew, calls } = engineWith({ refreshed: [null, null, snapshot()] });
    await expect(curfew.sessions.refresh(tokenOf(0))).resolves.toMatchObject({ now: NOW });
    expect(calls).toHaveLength(3);
  });

  test("throws unavailable after the last attempt", async () => {
    const { curfew, calls } = engineWith({});
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({ code: "unavailable" });
    expect(calls).toHaveLength(4);
  });

  test("rethrows a database error", async () => {
    const { curfew } = engineWith({});
    const failing = createCurfew({
      store: scriptedStore({
        ...emptyFeed,
        refreshSession: async () => {
          throw new Error("disk full");
        },
      }),
      secret,
      issuer: "https://curfew.example",
    });
    await expect(failing.sessions.refresh(tokenOf(0))).rejects.toThrow("disk full");
    failing.close();
    curfew.close();
  });
});

describe("sessions.refresh of an ended session", () => {
  const expiredOutcome: CloseOutcome = {
    kind: "ended",
    fate: { state: "expired", reason: "idle", endedAt: NOW + 60 * MINUTE },
    closed: true,
  };

  test("stores a passed deadline as the end and throws session_expired", async () => {
    const { curfew, closeExpired } = engineWith({
      stored: [snapshot({ now: NOW + 60 * MINUTE })],
      closed: expiredOutcome,
    });
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "session_expired",
      details: { reason: "idle", endedAt: NOW + 60 * MINUTE },
    });
    expect(closeExpired).toHaveBeenCalledWith("acme", "s1");
  });

  test("is tried again if the store finds it live: a refresh from before the deadline was under way", async () => {
    const { curfew, calls } = engineWith({
      stored: [snapshot({ now: NOW + 60 * MINUTE }), snapshot({ session: session({ generation: 1 }) })],
      refreshed: [null, { ...snapshot(), session: session({ generation: 1 }) }],
      closed: { kind: "live" },
    });
    await expect(curfew.sessions.refresh(tokenOf(1))).resolves.toMatchObject({ refreshToken: tokenOf(1) });
    expect(calls).toHaveLength(2);
  });

  test("is closed once for all who present it at the same time", async () => {
    const late = snapshot({ now: NOW + 60 * MINUTE });
    const { curfew, closeExpired } = engineWith({ stored: [late, late, late], closed: expiredOutcome });
    const calls = [1, 2, 3].map(() => curfew.sessions.refresh(tokenOf(0)));
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "session_expired" });
    expect(closeExpired).toHaveBeenCalledTimes(1);
  });

  test("is one read once the end is stored", async () => {
    const stored = snapshot({
      session: session({ endedAt: NOW + 60 * MINUTE, endReason: "idle" }),
      now: NOW + 61 * MINUTE,
    });
    const { curfew, closeExpired } = engineWith({ stored: [stored] });
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "session_expired",
      details: { reason: "idle", endedAt: NOW + 60 * MINUTE },
    });
    expect(closeExpired).not.toHaveBeenCalled();
  });

  test("throws session_revoked for a revoked session and writes nothing", async () => {
    const stored = snapshot({ session: session({ endedAt: NOW - 7, endReason: "password_changed" }) });
    const { curfew, closeExpired } = engineWith({ stored: [stored] });
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "password_changed", endedAt: NOW - 7 },
    });
    expect(closeExpired).not.toHaveBeenCalled();
  });
});

describe("sessions.refresh of a bound session without its proof", () => {
  const stored = () => [snapshot({ session: session({ keyThumbprint: "key", generation: 9 }) })];

  test.each([
    [null, "invalid_proof"],
    [{ fault: "use_dpop_nonce" }, "use_dpop_nonce"],
  ] as const)(
    "with proof %j records an event, folded by session, and changes nothing else",
    async (proof, code) => {
      const { curfew, recordEvent, endSession } = engineWith({ stored: stored() });
      await expect(curfew.sessions.refresh(tokenOf(0), { proof, ip: "192.0.2.1" })).rejects.toMatchObject({
        code,
      });
      expect(recordEvent.mock.calls).toEqual([
        [
          "acme",
          {
            type: "session.proof_failed",
            actorId: null,
            sessionId: "s1",
            ip: "192.0.2.1",
            details: { user_id: "ada", fault: code },
          },
          "s1",
        ],
      ]);
      expect(endSession).not.toHaveBeenCalled();
    },
  );
});

describe("sessions.refresh with a reused token", () => {
  const reused = () => snapshot({ session: session({ generation: 5, rotatedAt: NOW }) });

  test("ends the session as token_reused", async () => {
    const { curfew, endSession } = engineWith({
      stored: [reused()],
      ended: { kind: "ended", feed: [], now: NOW + 3 },
    });
    await expect(curfew.sessions.refresh(tokenOf(3), { ip: "192.0.2.1" })).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "token_reused", endedAt: NOW + 3 },
    });
    expect(endSession.mock.calls[0]?.[0]).toEqual({
      accountId: "acme",
      sessionId: "s1",
      reason: "token_reused",
      event: {
        type: "session.token_reused",
        actorId: null,
        sessionId: "s1",
        ip: "192.0.2.1",
        details: { user_id: "ada" },
      },
    });
  });

  test("throws the first reason if the session was ended concurrently", async () => {
    const ended = snapshot({ session: session({ endedAt: NOW + 1, endReason: "signed_out" }) });
    const { curfew } = engineWith({ stored: [reused(), ended] });
    await expect(curfew.sessions.refresh(tokenOf(3))).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "signed_out" },
    });
  });

  test("invalidates the session's access tokens in this process at once", async () => {
    const feed = [
      { sequence: 1, accountId: "acme", at: NOW, scope: "session", sessionId: "s1", reason: "token_reused" },
    ] as const;
    const { curfew } = engineWith({
      refreshed: [snapshot()],
      stored: [reused()],
      ended: { kind: "ended", feed, now: NOW },
    });
    const { accessToken } = await curfew.sessions.refresh(tokenOf(0));
    await curfew.ready();
    await expect(curfew.sessions.verify(accessToken)).resolves.toBeDefined();
    await expect(curfew.sessions.refresh(tokenOf(3))).rejects.toMatchObject({ code: "session_revoked" });
    await expect(curfew.sessions.verify(accessToken)).rejects.toMatchObject({
      details: { reason: "token_reused" },
    });
  });
});

describe("sessions.refresh with a token newer than its session", () => {
  test("throws unauthenticated and reports database_went_back", async () => {
    const { curfew, troubles, endSession } = engineWith({ stored: [snapshot()] });
    await expect(curfew.sessions.refresh(tokenOf(1))).rejects.toMatchObject({ code: "unauthenticated" });
    expect(troubles).toEqual([{ kind: "database_went_back", accountId: "acme", sessionId: "s1" }]);
    expect(endSession).not.toHaveBeenCalled();
  });
});
