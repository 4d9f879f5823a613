import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRefresh, type Proof, proofFault } from "../../src/session/refresh-decision.js";
import type { SessionSnapshot } from "../../src/session/session.js";
import { MINUTE, NOW, session, snapshot } from "../fixtures.js";

const GRACE_MS = 10_000;
const unbound = (generation: number, rotatedAt: number | null) =>
  snapshot({ session: session({ generation, rotatedAt }) });
const bound = (generation: number, rotatedAt: number | null) =>
  snapshot({ session: session({ generation, rotatedAt, keyThumbprint: "key" }) });
const RULES = { graceMs: GRACE_MS, shadowLimit: 3 };
const decide = (state: SessionSnapshot, generation: number, proof: Proof | null = null) =>
  decideRefresh(state, { generation, proof, network: null, deviceLabel: null }, RULES);

describe("an ended session", () => {
  test("is ended, whatever the token and proof", () => {
    const ended = snapshot({
      session: session({ keyThumbprint: "key", endedAt: NOW - 5, endReason: "signed_out" }),
    });
    const fate = { state: "revoked", reason: "signed_out", endedAt: NOW - 5 };
    expect(decide(ended, 99)).toEqual({ kind: "ended", fate });
  });

  test("includes one whose deadline has passed, though no end is stored", () => {
    const late = snapshot({ now: NOW + 60 * MINUTE });
    const fate = { state: "expired", reason: "idle", endedAt: NOW + 60 * MINUTE };
    expect(decide(late, 0)).toEqual({ kind: "ended", fate });
    expect(decide(snapshot({ now: NOW + 60 * MINUTE - 1 }), 0)).toEqual({ kind: "live" });
  });
});

describe("an unbound session", () => {
  test("is renewed by its current token at any time", () => {
    expect(decide(unbound(0, null), 0)).toEqual({ kind: "live" });
    expect(decide(unbound(5, NOW - 1), 5)).toEqual({ kind: "live" });
    expect(decide(unbound(5, NOW - 1_000_000), 5)).toEqual({ kind: "live" });
  });

  test.each([
    [GRACE_MS - 1, "live"],
    [GRACE_MS, "reused"],
    [GRACE_MS + 1, "reused"],
  ] as const)(
    "accepts the previous token within the grace only: %i ms after the rotation it is %s",
    (ageMs, kind) => {
      expect(decide(unbound(5, NOW - ageMs), 4)).toEqual({ kind });
    },
  );

  test("accepts only the current and the previous token, however recent the rotation", () => {
    expect(decide(unbound(5, NOW), 3)).toEqual({ kind: "reused" });
  });

  test("accepts no older token if no rotation time is stored", () => {
    expect(decide(unbound(1, null), 0)).toEqual({ kind: "reused" });
  });

  test("ignores a proof", () => {
    expect(decide(unbound(5, NOW - GRACE_MS), 5, { fault: "invalid_proof" })).toEqual({ kind: "live" });
    expect(decide(unbound(5, NOW - GRACE_MS), 4, { thumbprint: "key" })).toEqual({ kind: "reused" });
  });
});

describe("a bound session", () => {
  test("is renewed by any of its tokens with a proof of its key, at any time", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (generation, behind) => {
        fc.pre(behind <= generation);
        const state = bound(generation, NOW - 1_000_000);
        expect(decide(state, generation - behind, { thumbprint: "key" })).toEqual({ kind: "live" });
      }),
    );
  });

  test.each([
    [null, "invalid_proof"],
    [{ thumbprint: "another" }, "invalid_proof"],
    [{ fault: "invalid_proof" }, "invalid_proof"],
    [{ fault: "use_dpop_nonce" }, "use_dpop_nonce"],
  ] as const)("with the proof %j is unproven, whatever the token: %s", (proof, fault) => {
    for (const generation of [0, 4, 5, 6])
      expect(decide(bound(5, NOW), generation, proof)).toEqual({ kind: "unproven", fault });
  });
});

describe("a token newer than its session", () => {
  test("is from the future, for unbound and bound sessions", () => {
    expect(decide(unbound(5, NOW), 6)).toEqual({ kind: "from_the_future" });
    expect(decide(bound(5, NOW), 6, { thumbprint: "key" })).toEqual({ kind: "from_the_future" });
  });
});

describe("proofFault", () => {
  test("is null for the session's own key", () => {
    expect(proofFault({ thumbprint: "key" }, "key")).toBeNull();
  });
  test("is invalid_proof without a proof", () => {
    expect(proofFault(undefined, "key")).toBe("invalid_proof");
    expect(proofFault(null, "key")).toBe("invalid_proof");
  });
});
