import { describe, expect, test } from "vitest";
import { follow, sessionEnd, token } from "./follow.js";

describe("the database's clock", () => {
  test("is this machine's clock before the first read", () => {
    const { clock, follower } = follow({ skewMs: 3_600_000 });
    clock.stall(700);
    expect(follower.now()).toBe(clock.now());
  });

  test("advances with the monotonic clock between reads", async () => {
    const { clock, follower } = follow({ skewMs: -3_600_000 });
    await clock.advance(0);
    clock.stall(800);
    expect(follower.now()).toBe(clock.now() - 3_600_000);
    clock.step(-50_000);
    expect(follower.now()).toBe(clock.now() + 50_000 - 3_600_000);
  });

  test("counts from the start of the read, so it is never behind", async () => {
    const { clock, follower, notify, blockReads } = follow();
    await clock.advance(0);
    const release = blockReads();
    notify();
    clock.stall(500);
    release();
    await clock.advance(0);
    expect(follower.now()).toBe(clock.now() + 500);
  });

  test("keeps a row whose commit took ten minutes for a token's lifetime after it was read", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    feed.rows.push(sessionEnd(1, clock.now() - 600_000));
    await clock.advance(1000);
    await clock.advance(300_000);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked" });
  });

  test("set back, keeps tokens revoked, however far it was set back", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    clock.step(-480_000);
    await clock.advance(1000);
    const row = sessionEnd(1, clock.now());
    feed.rows.push(row);
    await clock.advance(1000);
    clock.stall(479_000 + 390_000);
    await clock.advance(0);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked", reason: "signed_out", at: row.at });
    await clock.advance(1000);
    expect(follower.judge(token)).toEqual({ kind: "good" });
  });

  test("set back, does not revive an expired token", async () => {
    const { clock, follower } = follow();
    const began = clock.now();
    expect(follower.hasOutlived({ expiresAt: 0 })).toBe(false);
    await clock.advance(1000);
    expect(follower.hasOutlived({ expiresAt: began + 1000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 1001 })).toBe(false);
    clock.step(-30_000);
    await clock.advance(2000);
    expect(follower.now()).toBe(began - 27_000);
    expect(follower.hasOutlived({ expiresAt: began + 1000 })).toBe(true);
  });

  test("set back between two reads, counts as having run on until the second read", async () => {
    const { clock, follower } = follow();
    const began = clock.now();
    await clock.advance(1000);
    clock.stall(5);
    clock.step(-61_000);
    await clock.advance(995);
    expect(follower.now()).toBe(began + 2000 - 61_000);
    expect(follower.hasOutlived({ expiresAt: began + 1005 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 2000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 2001 })).toBe(false);
  });

  test("set forward and back, counts as far as a read has seen it", async () => {
    const { clock, feed, follower } = follow();
    const began = clock.now();
    await clock.advance(0);
    feed.skewMs = 90_000;
    await clock.advance(1000);
    expect(follower.hasOutlived({ expiresAt: began + 91_000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 91_001 })).toBe(false);
    feed.skewMs = 0;
    await clock.advance(1000);
    expect(follower.hasOutlived({ expiresAt: began + 92_000 })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: began + 92_001 })).toBe(false);
  });

  test("behind this machine's clock, outlives no token early", async () => {
    const { clock, follower } = follow({ skewMs: -3_600_000 });
    await clock.advance(0);
    expect(follower.hasOutlived({ expiresAt: follower.now() })).toBe(true);
    expect(follower.hasOutlived({ expiresAt: follower.now() + 1 })).toBe(false);
  });

  test("set back while the process was stopped, keeps tokens revoked", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    clock.stall(3_600_000);
    clock.step(-1_800_000);
    const row = sessionEnd(1, clock.now());
    feed.rows.push(row);
    await clock.advance(0);
    clock.stall(1_800_000 + 390_000);
    await clock.advance(0);
    expect(follower.judge(token)).toMatchObject({ kind: "revoked", reason: "signed_out", at: row.at });
    await clock.advance(1000);
    expect(follower.judge(token)).toEqual({ kind: "good" });
  });

  test("ahead of what a read outside the feed showed, stays; behind it, is adopted", async () => {
    const { clock, follower } = follow();
    await clock.advance(0);
    const before = follower.now();
    follower.noteClock(before - 5000);
    expect(follower.now()).toBe(before);
    follower.noteClock(before + 60_000);
    clock.stall(10);
    expect(follower.now()).toBe(before + 60_010);
    expect(follower.hasOutlived({ expiresAt: before + 60_000 })).toBe(true);
  });

  test("is corrected within a second after a step", async () => {
    const { clock, feed, follower } = follow();
    await clock.advance(0);
    feed.skewMs = 90_000;
    await clock.advance(1000);
    expect(follower.now()).toBe(clock.now() + 90_000);
  });
});
