import { describe, expect, test } from "vitest";
import { fateOf } from "../../src/session/fate.js";
import { type EndReason, isExpiryReason, REVOCATION_REASONS } from "../../src/session/model.js";
import { MINUTE, NOW, session, snapshot } from "../support/fixtures.js";

const IDLE = NOW + 60 * MINUTE;
const ABSOLUTE = NOW + 1440 * MINUTE;
const LIVE = { state: "live" };

describe("a session whose end nobody has written", () => {
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
  ])("%i ms after both its deadlines is %j", (afterMs, fate) => {
    const used = session({ idleExpiresAt: ABSOLUTE });
    expect(fateOf(snapshot({ session: used, now: ABSOLUTE + afterMs }))).toEqual(fate);
  });

  test("is expired at its deadline however much later somebody looks", () => {
    expect(fateOf(snapshot({ now: ABSOLUTE + 1_000_000 * MINUTE }))).toEqual({
      state: "expired",
      reason: "idle",
      endedAt: IDLE,
    });
  });
});

describe("a session that was signed out with its account", () => {
  const revoked = (at: number) => ({ state: "revoked", reason: "revoked_by_owner", endedAt: at });
  const expired = { state: "expired", reason: "idle", endedAt: IDLE };

  test.each([
    [-1, revoked(IDLE - 1)],
    [0, expired],
    [1, expired],
  ])("%i ms after its idle deadline is %j, now and ever after", (afterMs, fate) => {
    const epochEnd = { at: IDLE + afterMs, reason: "revoked_by_owner" } as const;
    for (const laterMs of [0, 1, 1000 * MINUTE])
      expect(fateOf(snapshot({ epochEnd, now: epochEnd.at + laterMs }))).toEqual(fate);
  });

  test("after its deadline stays expired where the clock was set back since", () => {
    const epochEnd = { at: IDLE, reason: "revoked_by_owner" } as const;
    expect(fateOf(snapshot({ epochEnd, now: IDLE - 1 }))).toEqual(expired);
  });

  test.each(REVOCATION_REASONS)("keeps the reason %s", (reason) => {
    expect(fateOf(snapshot({ epochEnd: { at: NOW + 1, reason }, now: NOW + 1 }))).toEqual({
      state: "revoked",
      reason,
      endedAt: NOW + 1,
    });
  });
});

describe("a session whose end is written", () => {
  const ended = (endReason: EndReason, endedAt = NOW + 5) => session({ endReason, endedAt });

  test.each(REVOCATION_REASONS)(
    "as %s was revoked, whatever the clock and its account say since",
    (reason) => {
      const fate = { state: "revoked", reason, endedAt: NOW + 5 };
      for (const now of [NOW - MINUTE, NOW + 5, ABSOLUTE + 1]) {
        expect(fateOf(snapshot({ session: ended(reason), now }))).toEqual(fate);
        const epochEnd = { at: NOW + 1, reason: "revoked_by_owner" } as const;
        expect(fateOf(snapshot({ session: ended(reason), epochEnd, now }))).toEqual(fate);
      }
    },
  );

  test.each(["idle", "absolute"] as const)(
    "as %s expired, also where the clock was set back since",
    (reason) => {
      const fate = { state: "expired", reason, endedAt: NOW + 5 };
      for (const now of [NOW - MINUTE, ABSOLUTE + 1])
        expect(fateOf(snapshot({ session: ended(reason), now }))).toEqual(fate);
    },
  );
});

describe("isExpiryReason", () => {
  test("tells deadlines from acts", () => {
    expect(isExpiryReason("idle")).toBe(true);
    expect(isExpiryReason("absolute")).toBe(true);
    for (const reason of REVOCATION_REASONS) expect(isExpiryReason(reason)).toBe(false);
  });
});
