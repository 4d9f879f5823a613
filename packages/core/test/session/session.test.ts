import { describe, expect, test } from "vitest";
import { type EndReason, fateOf, isExpiryReason, REVOCATION_REASONS } from "../../src/session/session.js";
import { MINUTE, NOW, session, snapshot } from "../fixtures.js";

const IDLE = NOW + 60 * MINUTE;
const ABSOLUTE = NOW + 1440 * MINUTE;
const LIVE = { state: "live" };

describe("fateOf a session without a stored end", () => {
  test.each([
    [-1, LIVE],
    [0, { state: "expired", reason: "idle", endedAt: IDLE }],
    [1, { state: "expired", reason: "idle", endedAt: IDLE }],
  ])("%i ms after its idle deadline is %j", (afterMs, fate) => {
    expect(fateOf(snapshot({ now: IDLE + afterMs }))).toEqual(fate);
  });

  test.each([
    [-1, LIVE],
    [0, { state: "expired", reason: "absolute", endedAt: ABSOLUTE }],
    [1, { state: "expired", reason: "absolute", endedAt: ABSOLUTE }],
  ])("%i ms after both deadlines is %j", (afterMs, fate) => {
    const used = session({ idleExpiresAt: ABSOLUTE });
    expect(fateOf(snapshot({ session: used, now: ABSOLUTE + afterMs }))).toEqual(fate);
  });

  test("is expired at its deadline, however late it is read", () => {
    expect(fateOf(snapshot({ now: ABSOLUTE + 1_000_000 * MINUTE }))).toEqual({
      state: "expired",
      reason: "idle",
      endedAt: IDLE,
    });
  });
});

describe("fateOf a session of a signed-out account", () => {
  const revoked = (at: number) => ({ state: "revoked", reason: "revoked_by_owner", endedAt: at });
  const expired = { state: "expired", reason: "idle", endedAt: IDLE };

  test.each([
    [-1, revoked(IDLE - 1)],
    [0, expired],
    [1, expired],
  ])("when signed out %i ms after its idle deadline is %j, at any later time", (afterMs, fate) => {
    const epochEnd = { at: IDLE + afterMs, reason: "revoked_by_owner" } as const;
    for (const laterMs of [0, 1, 1000 * MINUTE])
      expect(fateOf(snapshot({ epochEnd, now: epochEnd.at + laterMs }))).toEqual(fate);
  });

  test("stays expired if the clock was set back after the sign-out", () => {
    const epochEnd = { at: IDLE, reason: "revoked_by_owner" } as const;
    expect(fateOf(snapshot({ epochEnd, now: IDLE - 1 }))).toEqual(expired);
  });

  test.each(REVOCATION_REASONS)("has the reason %s", (reason) => {
    expect(fateOf(snapshot({ epochEnd: { at: NOW + 1, reason }, now: NOW + 1 }))).toEqual({
      state: "revoked",
      reason,
      endedAt: NOW + 1,
    });
  });
});

describe("fateOf a session with a stored end", () => {
  const ended = (endReason: EndReason, endedAt = NOW + 5) => session({ endReason, endedAt });

  test.each(REVOCATION_REASONS)("of %s is revoked, whatever the clock and the account's epoch", (reason) => {
    const fate = { state: "revoked", reason, endedAt: NOW + 5 };
    for (const now of [NOW - MINUTE, NOW + 5, ABSOLUTE + 1]) {
      expect(fateOf(snapshot({ session: ended(reason), now }))).toEqual(fate);
      const epochEnd = { at: NOW + 1, reason: "revoked_by_owner" } as const;
      expect(fateOf(snapshot({ session: ended(reason), epochEnd, now }))).toEqual(fate);
    }
  });

  test.each(["idle", "absolute"] as const)("of %s is expired, also if the clock was set back", (reason) => {
    const fate = { state: "expired", reason, endedAt: NOW + 5 };
    for (const now of [NOW - MINUTE, ABSOLUTE + 1])
      expect(fateOf(snapshot({ session: ended(reason), now }))).toEqual(fate);
  });
});

describe("isExpiryReason", () => {
  test("is true for deadlines only", () => {
    expect(isExpiryReason("idle")).toBe(true);
    expect(isExpiryReason("absolute")).toBe(true);
    for (const reason of REVOCATION_REASONS) expect(isExpiryReason(reason)).toBe(false);
  });
});
