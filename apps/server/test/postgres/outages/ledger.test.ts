import { describe, expect, test } from "vitest";
import { faultOf, type Heard, type Standing } from "./ledger.js";

const live: Standing = { state: "live" };
const doubtful: Standing = { state: "doubtful", reason: "signed_out" };
const ended: Standing = { state: "ended", reason: "signed_out", answeredAt: 10_000, by: 1 };
const BOUND_MS = 2000;

const call = (heard: Partial<Heard>): Heard => ({
  kind: "call",
  place: 0,
  judgedAfter: 10_001,
  status: 200,
  ...heard,
});
const revoked = { status: 401, code: "session_revoked", reason: "signed_out" };
const isSound = (standing: Standing, heard: Partial<Heard>): boolean =>
  faultOf(standing, call(heard), BOUND_MS) === null;

describe("what the watchers of an outage hold against a replica", () => {
  test("is no answer of unavailable, whatever became of the session", () => {
    for (const standing of [live, doubtful, ended])
      expect(isSound(standing, { status: 503, code: "unavailable" })).toBe(true);
  });

  test("is any refusal of a live session", () => {
    expect(isSound(live, {})).toBe(true);
    for (const heard of [revoked, { status: 401, code: "token_expired" }, { status: 404 }, { status: 500 }])
      expect(isSound(live, heard)).toBe(false);
  });

  test("is neither acceptance nor refusal while nobody knows whether the session ended", () => {
    expect(isSound(doubtful, {})).toBe(true);
    expect(isSound(doubtful, revoked)).toBe(true);
    expect(isSound(doubtful, { ...revoked, reason: "token_reused" })).toBe(false);
  });

  test("is an acceptance later than the bound, and on the replica that answered any", () => {
    expect(isSound(ended, { judgedAfter: 12_000 })).toBe(true);
    expect(isSound(ended, { judgedAfter: 12_001 })).toBe(false);
    expect(isSound(ended, { judgedAfter: 10_000, place: 1 })).toBe(true);
    expect(isSound(ended, { judgedAfter: 10_001, place: 1 })).toBe(false);
    expect(isSound(ended, { judgedAfter: 10_001, kind: "refresh" })).toBe(false);
  });

  test("is a refusal for another reason than the session ended by", () => {
    expect(isSound(ended, revoked)).toBe(true);
    expect(isSound(ended, { ...revoked, reason: "token_reused" })).toBe(false);
    expect(isSound(ended, { status: 401, code: "token_expired" })).toBe(true);
    expect(isSound(ended, { status: 401, code: "token_expired", kind: "refresh" })).toBe(false);
    expect(isSound(ended, { status: 401, code: "unauthenticated" })).toBe(false);
  });
});
