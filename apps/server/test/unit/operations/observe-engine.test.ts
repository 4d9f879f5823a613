import { randomBytes } from "node:crypto";
import { CurfewError, createCurfew, type FeedRow, type Store } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore } from "@curfew/sql";
import { beforeEach, describe, expect, it } from "vitest";
import { openMigratedSqlite } from "../../../../../packages/sql/test/support/migrated-sqlite.js";
import { observeRefreshes, observeStore } from "../../../src/operations/observe-engine.js";

const ACCOUNT = "01920000-0000-7000-8000-000000000001";
const USER = "01920000-0000-7000-8000-000000000002";
const MINUTE_MS = 60_000;

/** Counts by name and label, like the metrics. */
function createCounts() {
  const counts: Record<string, number> = {};
  const add = (name: string, count = 1): void => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  return {
    counts,
    countRotation: () => add("rotated"),
    countRefresh: (outcome: string) => add(`refresh ${outcome}`),
    countEndedSessions: (reason: string, count: number) => count > 0 && add(`ended ${reason}`, count),
    countSweep: (outcome: string) => add(`sweep ${outcome}`),
  };
}

async function createObservedEngine() {
  const clock = new FakeClock();
  const counted = createCounts();
  const database = await openMigratedSqlite(clock.now);
  const store = observeStore(createSqlStore(database), counted);
  const engine = createCurfew({
    store,
    secret: randomBytes(32),
    issuer: "https://curfew.example",
    sessionsPerUser: 3,
    clock,
    scheduler: { after: () => ({ cancel: () => undefined }) },
  });
  const curfew = observeRefreshes(engine, counted);
  const start = (overrides: object = {}) =>
    curfew.sessions.start({
      accountId: ACCOUNT,
      user: { id: USER, name: "Ada", email: "ada@curfew.example", role: "owner" },
      ...overrides,
    });
  const actor = { userId: USER, sessionId: null, ip: null };
  return { clock, curfew, start, actor, counts: counted.counts };
}

let observed: Awaited<ReturnType<typeof createObservedEngine>>;
beforeEach(async () => {
  observed = await createObservedEngine();
});

describe("the observed engine counts", () => {
  it("a refresh that rotates as a grant and a rotation, and one within the grace period as a grant", async () => {
    const { curfew, start, counts } = observed;
    const first = await start();
    const second = await curfew.sessions.refresh(first.refreshToken);
    observed.clock.stall(1);
    await curfew.sessions.refresh(second.refreshToken);
    expect(counts).toEqual({ "refresh granted": 2, rotated: 1 });
  });

  it("a refresh that rotates on another device once", async () => {
    const { curfew, start, counts } = observed;
    const { refreshToken } = await start({ device: { label: "Firefox on Linux" } });
    await curfew.sessions.refresh(refreshToken, { device: { label: "curl" } });
    expect(counts).toEqual({ "refresh granted": 1, rotated: 1 });
  });

  it("a refused refresh by its code", async () => {
    const { curfew, start, actor, counts } = observed;
    const { refreshToken, session } = await start();
    await curfew.sessions.end({
      accountId: ACCOUNT,
      sessionId: session.id,
      reason: "revoked_by_user",
      actor,
    });
    await expect(curfew.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: "session_revoked" });
    await expect(curfew.sessions.refresh("forged")).rejects.toMatchObject({ code: "unauthenticated" });
    expect(counts).toEqual({
      "ended revoked_by_user": 1,
      "refresh session_revoked": 1,
      "refresh unauthenticated": 1,
    });
  });

  it("all sessions that an account-wide sign-out ends", async () => {
    const { curfew, start, actor, counts } = observed;
    for (let session = 0; session < 3; session += 1) await start();
    await curfew.revoke.account(ACCOUNT, { actor });
    expect(counts).toEqual({ "ended revoked_by_owner": 3 });
  });

  it("all sessions that a sign-out of one user ends", async () => {
    const { curfew, start, actor, counts } = observed;
    await start();
    const { session } = await start();
    await curfew.revoke.user(ACCOUNT, USER, { actor, spareSessionId: session.id, reason: "revoked_by_user" });
    expect(counts).toEqual({ "ended revoked_by_user": 1 });
  });

  it("the replaced session at a sign-in, and the session over the limit", async () => {
    const { start, counts } = observed;
    const { refreshToken } = await start();
    await start({ replaces: { refreshToken } });
    expect(counts).toEqual({ "ended signed_out": 1 });
    for (let session = 0; session < 3; session += 1) await start();
    expect(counts).toEqual({ "ended signed_out": 1, "ended session_limit": 1 });
  });

  it("every session that a password change ends", async () => {
    const { start, counts } = observed;
    await start();
    await start();
    await start({ endsOthers: "password_changed" });
    expect(counts).toEqual({ "ended password_changed": 2 });
  });

  it("an expired session that a refresh detects, once", async () => {
    const { clock, curfew, start, counts } = observed;
    const { refreshToken } = await start();
    clock.stall(60 * MINUTE_MS);
    await expect(curfew.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: "session_expired" });
    await expect(curfew.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: "session_expired" });
    expect(counts).toEqual({ "refresh session_expired": 2, "ended expired": 1 });
  });

  it("the sweep and the expired sessions that it closes", async () => {
    const { clock, curfew, start, counts } = observed;
    await start();
    await start();
    clock.stall(60 * MINUTE_MS);
    await curfew.sweep();
    expect(counts).toEqual({ "sweep done": 1, "ended expired": 2 });
  });

  it("the sessions that an immediate policy change ends", async () => {
    const { clock, curfew, start, actor, counts } = observed;
    await start();
    clock.stall(20 * MINUTE_MS);
    await curfew.policy.update(ACCOUNT, { idleMinutes: 15 }, { actor, apply: "now" });
    expect(counts).toEqual({ "ended expired": 1 });
  });
});

describe("a failing store", () => {
  const failing = new CurfewError("unavailable", { retryAfterSeconds: 1 });

  it("rethrows the error and counts the failed sweep", async () => {
    const counted = createCounts();
    const store = observeStore({ sweep: () => Promise.reject(failing) } as unknown as Store, counted);
    await expect(store.sweep({} as never)).rejects.toBe(failing);
    expect(counted.counts).toEqual({ "sweep failed": 1 });
  });

  it("counts an unexpected error of a refresh as failed", async () => {
    const counted = createCounts();
    const { sessions } = observeRefreshes(
      { sessions: { refresh: () => Promise.reject(new TypeError("x")) } } as never,
      counted,
    );
    await expect(sessions.refresh("token")).rejects.toThrow(TypeError);
    expect(counted.counts).toEqual({ "refresh failed": 1 });
  });
});

describe("calls without effect", () => {
  it("are not counted", async () => {
    const counted = createCounts();
    const feed: FeedRow[] = [];
    const store = observeStore(
      {
        refreshSession: async () => null,
        startSession: async () => ({ kind: "policy_moved" }),
        endSession: async () => ({ kind: "not_live" }),
        revokeAccount: async () => ({ kind: "revoked", count: 0, feed, now: 0 }),
        revokeUser: async () => ({ kind: "not_found" }),
        writePolicy: async () => ({ kind: "moved" }),
      } as unknown as Store,
      counted,
    );
    await store.refreshSession({} as never);
    await store.startSession({} as never);
    await store.endSession({} as never);
    await store.revokeAccount({} as never);
    await store.revokeUser({} as never);
    await store.writePolicy({} as never);
    expect(counted.counts).toEqual({});
  });
});
