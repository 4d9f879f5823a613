import { randomBytes } from "node:crypto";
import { CurfewError, createCurfew, type FeedRow, type Store } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { beforeEach, describe, expect, it } from "vitest";
import { observeRefreshes } from "../../../src/operations/observe-refreshes.js";
import { observeStore } from "../../../src/operations/observe-store.js";

const ACCOUNT = "01920000-0000-7000-8000-000000000001";
const USER = "01920000-0000-7000-8000-000000000002";
const MINUTE_MS = 60_000;

/** Counts as the metrics do: by name and label. */
function createCounts() {
  const counts: Record<string, number> = {};
  const add = (name: string, count = 1): void => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  return {
    counts,
    rotated: () => add("rotated"),
    refreshed: (outcome: string) => add(`refresh ${outcome}`),
    sessionsEnded: (reason: string, count: number) => count > 0 && add(`ended ${reason}`, count),
    swept: (outcome: string) => add(`sweep ${outcome}`),
  };
}

async function createWorld() {
  const clock = new FakeClock();
  const counted = createCounts();
  const database = openSqlite({ path: null, now: clock.now });
  await migrateStore(database);
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
  const start = (more: object = {}) =>
    curfew.sessions.start({
      accountId: ACCOUNT,
      user: { id: USER, name: "Ada", email: "ada@curfew.example", role: "owner" },
      ...more,
    });
  const actor = { userId: USER, sessionId: null, ip: null };
  return { clock, curfew, start, actor, counts: counted.counts };
}

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});

describe("What is counted", () => {
  it("a refresh that rotates is a grant and a rotation; one within the grace is a grant alone", async () => {
    const { curfew, start, counts } = world;
    const first = await start();
    const second = await curfew.sessions.refresh(first.refreshToken);
    world.clock.stall(1);
    await curfew.sessions.refresh(second.refreshToken);
    expect(counts).toEqual({ "refresh granted": 2, rotated: 1 });
  });

  it("a refused refresh by its code", async () => {
    const { curfew, start, actor, counts } = world;
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

  it("the sessions that a sign-out of everybody ends, however many", async () => {
    const { curfew, start, actor, counts } = world;
    for (let session = 0; session < 3; session += 1) await start();
    await curfew.revoke.account(ACCOUNT, { actor });
    expect(counts).toEqual({ "ended revoked_by_owner": 3 });
  });

  it("the sessions of one user that end together", async () => {
    const { curfew, start, actor, counts } = world;
    await start();
    const { session } = await start();
    await curfew.revoke.user(ACCOUNT, USER, { actor, spareSessionId: session.id, reason: "revoked_by_user" });
    expect(counts).toEqual({ "ended revoked_by_user": 1 });
  });

  it("the browser's old session at a sign-in, and the one too many", async () => {
    const { start, counts } = world;
    const { refreshToken } = await start();
    await start({ replaces: { refreshToken } });
    expect(counts).toEqual({ "ended signed_out": 1 });
    for (let session = 0; session < 3; session += 1) await start();
    expect(counts).toEqual({ "ended signed_out": 1, "ended session_limit": 1 });
  });

  it("every session that a new password ends", async () => {
    const { start, counts } = world;
    await start();
    await start();
    await start({ endsOthers: "password_changed" });
    expect(counts).toEqual({ "ended password_changed": 2 });
  });

  it("a session whose end a refresh notices, once", async () => {
    const { clock, curfew, start, counts } = world;
    const { refreshToken } = await start();
    clock.stall(60 * MINUTE_MS);
    await expect(curfew.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: "session_expired" });
    await expect(curfew.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: "session_expired" });
    expect(counts).toEqual({ "refresh session_expired": 2, "ended expired": 1 });
  });

  it("the sessions whose end the housekeeping notices, and that it was done", async () => {
    const { clock, curfew, start, counts } = world;
    await start();
    await start();
    clock.stall(60 * MINUTE_MS);
    await curfew.sweep();
    expect(counts).toEqual({ "sweep done": 1, "ended expired": 2 });
  });

  it("the sessions that a policy ends which is applied now", async () => {
    const { clock, curfew, start, actor, counts } = world;
    await start();
    clock.stall(20 * MINUTE_MS);
    await curfew.policy.update(ACCOUNT, { idleMinutes: 15 }, { actor, apply: "now" });
    expect(counts).toEqual({ "ended expired": 1 });
  });
});

describe("A store that fails", () => {
  const failing = new CurfewError("unavailable", { retryAfterSeconds: 1 });

  it("fails as it did, and is counted where that matters", async () => {
    const counted = createCounts();
    const store = observeStore({ sweep: () => Promise.reject(failing) } as unknown as Store, counted);
    await expect(store.sweep({} as never)).rejects.toBe(failing);
    expect(counted.counts).toEqual({ "sweep failed": 1 });
  });

  it("counts a refresh that broke without a code as failed", async () => {
    const counted = createCounts();
    const { sessions } = observeRefreshes(
      { sessions: { refresh: () => Promise.reject(new TypeError("x")) } } as never,
      counted,
    );
    await expect(sessions.refresh("token")).rejects.toThrow(TypeError);
    expect(counted.counts).toEqual({ "refresh failed": 1 });
  });
});

describe("What nothing came of", () => {
  it("is not counted", async () => {
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
