import { describe, expect, test, vi } from "vitest";
import type { Trouble } from "../../src/curfew.js";
import { createCurfew } from "../../src/engine.js";
import { deriveMacKey } from "../../src/keys.js";
import type { SessionSnapshot } from "../../src/session/model.js";
import { createRefreshTokens } from "../../src/session/refresh-token.js";
import type { EndOutcome, RefreshedSession, RefreshInput, Store } from "../../src/store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { MINUTE, NOW, scriptedStore, session, snapshot } from "../support/fixtures.js";

const secret = Buffer.alloc(32, 1);
const tokens = createRefreshTokens([deriveMacKey(secret)]);
const tokenOf = (generation: number) => tokens.issue({ accountId: "acme", sessionId: "s1", generation });

/** The engine over a database that renews what `renewed` says, and else holds `stored`. */
function refreshing(script: {
  renewed?: (RefreshedSession | null)[];
  stored?: (SessionSnapshot | null)[];
  ended?: EndOutcome;
}) {
  const calls: RefreshInput[] = [];
  const troubles: Trouble[] = [];
  const closeExpired = vi.fn(async () => undefined);
  const recordEvent = vi.fn<Store["recordEvent"]>(async () => undefined);
  const endSession = vi.fn<Store["endSession"]>(async () => script.ended ?? { kind: "not_live" });
  const store = scriptedStore({
    readFeed: async () => ({ rows: [], cursor: "0", now: NOW }),
    watchFeed: () => ({ stop: () => undefined }),
    refreshSession: async (input) => {
      calls.push(input);
      return script.renewed?.shift() ?? null;
    },
    readSession: async () => {
      const next = script.stored?.shift();
      return next === undefined ? snapshot() : next;
    },
    closeExpired,
    recordEvent,
    endSession,
  });
  const clock = new FakeClock(NOW);
  const curfew = createCurfew({
    store,
    secret,
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
    onTrouble: (trouble) => troubles.push(trouble),
  });
  return { curfew, calls, troubles, closeExpired, recordEvent, endSession };
}

describe("a refresh", () => {
  test("that the database grants is one statement", async () => {
    const { curfew, calls } = refreshing({
      renewed: [{ ...snapshot(), session: session({ generation: 5 }) }],
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
      },
    ]);
  });

  test("without a word on idleness counts as use of this moment, and a faulty proof as none", async () => {
    const { curfew, calls } = refreshing({ renewed: [snapshot()] });
    await curfew.sessions.refresh(tokenOf(0), { proof: { fault: "invalid_proof" } });
    expect(calls[0]).toMatchObject({ idleForMs: 0, provenThumbprint: null });
  });

  test("idle for longer than any session lives is idle for a hundred years, which every database can count", async () => {
    const { curfew, calls } = refreshing({ renewed: [snapshot()] });
    await curfew.sessions.refresh(tokenOf(0), { idleForSeconds: Number.MAX_SAFE_INTEGER });
    expect(calls[0]?.idleForMs).toBe(3_155_760_000_000);
  });

  test("with a forged token never reaches the database", async () => {
    const { curfew, calls } = refreshing({});
    await expect(curfew.sessions.refresh(`${tokenOf(0)}x`)).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(calls).toHaveLength(0);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "idle for %d seconds is refused by name",
    async (idleForSeconds) => {
      const { curfew, calls } = refreshing({});
      await expect(curfew.sessions.refresh(tokenOf(0), { idleForSeconds })).rejects.toMatchObject({
        code: "validation_failed",
        details: { faults: [{ field: "idleForSeconds", code: "out_of_range", min: 0 }] },
      });
      expect(calls).toHaveLength(0);
    },
  );

  test("of a session that is gone is unauthenticated", async () => {
    await expect(refreshing({ stored: [null] }).curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("that found no row but a live session is tried again", async () => {
    const { curfew, calls } = refreshing({ renewed: [null, null, snapshot()] });
    await expect(curfew.sessions.refresh(tokenOf(0))).resolves.toMatchObject({ now: NOW });
    expect(calls).toHaveLength(3);
  });

  test("that keeps finding none is unavailable, and no verdict", async () => {
    const { curfew, calls } = refreshing({});
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({ code: "unavailable" });
    expect(calls).toHaveLength(4);
  });

  test("passes the database's trouble on", async () => {
    const { curfew } = refreshing({});
    const failing = createCurfew({
      store: scriptedStore({
        readFeed: async () => ({ rows: [], cursor: "0", now: NOW }),
        watchFeed: () => ({ stop: () => undefined }),
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

describe("a refresh of a session that is over", () => {
  test("by a deadline writes that end and tells it", async () => {
    const { curfew, closeExpired } = refreshing({ stored: [snapshot({ now: NOW + 60 * MINUTE })] });
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "session_expired",
      details: { reason: "idle", endedAt: NOW + 60 * MINUTE },
    });
    expect(closeExpired).toHaveBeenCalledWith("acme", "s1");
  });

  test("by revocation tells it and writes nothing", async () => {
    const stored = snapshot({ session: session({ endedAt: NOW - 7, endReason: "password_changed" }) });
    const { curfew, closeExpired } = refreshing({ stored: [stored] });
    await expect(curfew.sessions.refresh(tokenOf(0))).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "password_changed", endedAt: NOW - 7 },
    });
    expect(closeExpired).not.toHaveBeenCalled();
  });
});

describe("a refresh of a bound session without its proof", () => {
  const stored = () => [snapshot({ session: session({ keyThumbprint: "key", generation: 9 }) })];

  test.each([
    [null, "invalid_proof"],
    [{ fault: "use_dpop_nonce" }, "use_dpop_nonce"],
  ] as const)("is recorded, folded by session, and changes nothing else: proof %j", async (proof, code) => {
    const { curfew, recordEvent, endSession } = refreshing({ stored: stored() });
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
  });
});

describe("a refresh with a token used twice", () => {
  const reused = () => snapshot({ session: session({ generation: 5, rotatedAt: NOW }) });

  test("ends the session, and says so", async () => {
    const { curfew, endSession } = refreshing({
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

  test("whose session somebody else ended first tells theirs", async () => {
    const ended = snapshot({ session: session({ endedAt: NOW + 1, endReason: "signed_out" }) });
    const { curfew } = refreshing({ stored: [reused(), ended] });
    await expect(curfew.sessions.refresh(tokenOf(3))).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "signed_out" },
    });
  });

  test("makes its access tokens worthless in this process at once", async () => {
    const feed = [
      { sequence: 1, accountId: "acme", at: NOW, scope: "session", sessionId: "s1", reason: "token_reused" },
    ] as const;
    const { curfew } = refreshing({
      renewed: [snapshot()],
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

describe("a refresh with a token from the database's future", () => {
  test("revives nothing, and raises the alarm", async () => {
    const { curfew, troubles, endSession } = refreshing({ stored: [snapshot()] });
    await expect(curfew.sessions.refresh(tokenOf(1))).rejects.toMatchObject({ code: "unauthenticated" });
    expect(troubles).toEqual([{ kind: "database_went_back", accountId: "acme", sessionId: "s1" }]);
    expect(endSession).not.toHaveBeenCalled();
  });
});
