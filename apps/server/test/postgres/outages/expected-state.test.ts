import { describe, expect, test } from "vitest";
import { type ExpectedState, type ObservedResponse, violationOf } from "./expected-state.js";

const live: ExpectedState = { state: "live" };
const uncertain: ExpectedState = { state: "uncertain", reason: "signed_out" };
const ended: ExpectedState = { state: "ended", reason: "signed_out", confirmedAt: 10_000, endedBy: 1 };
const BOUND_MS = 2000;

const observation = (observed: Partial<ObservedResponse>): ObservedResponse => ({
  kind: "call",
  replica: 0,
  decidedAfter: 10_001,
  status: 200,
  ...observed,
});
const revoked = { status: 401, code: "session_revoked", reason: "signed_out" };
const isAllowed = (expected: ExpectedState, observed: Partial<ObservedResponse>): boolean =>
  violationOf(expected, observation(observed), BOUND_MS) === null;

describe("violationOf()", () => {
  test("allows 503 unavailable for a session in any state", () => {
    for (const expected of [live, uncertain, ended])
      expect(isAllowed(expected, { status: 503, code: "unavailable" })).toBe(true);
  });

  test("reports any refusal of a live session", () => {
    expect(isAllowed(live, {})).toBe(true);
    for (const observed of [
      revoked,
      { status: 401, code: "token_expired" },
      { status: 404 },
      { status: 500 },
    ])
      expect(isAllowed(live, observed)).toBe(false);
  });

  test("allows acceptance and refusal while the request that would end the session is unanswered", () => {
    expect(isAllowed(uncertain, {})).toBe(true);
    expect(isAllowed(uncertain, revoked)).toBe(true);
    expect(isAllowed(uncertain, { ...revoked, reason: "token_reused" })).toBe(false);
  });

  test("reports an acceptance after the bound, and any acceptance at the replica that ended the session", () => {
    expect(isAllowed(ended, { decidedAfter: 12_000 })).toBe(true);
    expect(isAllowed(ended, { decidedAfter: 12_001 })).toBe(false);
    expect(isAllowed(ended, { decidedAfter: 10_000, replica: 1 })).toBe(true);
    expect(isAllowed(ended, { decidedAfter: 10_001, replica: 1 })).toBe(false);
    expect(isAllowed(ended, { decidedAfter: 10_001, kind: "refresh" })).toBe(false);
  });

  test("reports a refusal with a reason other than the one the session ended with", () => {
    expect(isAllowed(ended, revoked)).toBe(true);
    expect(isAllowed(ended, { ...revoked, reason: "token_reused" })).toBe(false);
    expect(isAllowed(ended, { status: 401, code: "token_expired" })).toBe(true);
    expect(isAllowed(ended, { status: 401, code: "token_expired", kind: "refresh" })).toBe(false);
    expect(isAllowed(ended, { status: 401, code: "unauthenticated" })).toBe(false);
  });
});
