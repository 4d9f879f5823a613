import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Proof } from "../../src/curfew.js";
import { decideRefresh, proofFault } from "../../src/session/refresh-decision.js";
import { MINUTE, NOW, session, snapshot } from "../support/fixtures.js";

const GRACE = 10_000;
const unbound = (generation: number, rotatedAt: number | null) =>
  snapshot({ session: session({ generation, rotatedAt }) });
const bound = (generation: number, rotatedAt: number | null) =>
  snapshot({ session: session({ generation, rotatedAt, keyThumbprint: "key" }) });
const decide = (at: ReturnType<typeof snapshot>, generation: number, proof: Proof | null = null) =>
  decideRefresh(at, { generation, proof }, GRACE);

describe("an ended session", () => {
  test("is told its end before anything else is looked at", () => {
    const ended = snapshot({
      session: session({ keyThumbprint: "key", endedAt: NOW - 5, endReason: "signed_out" }),
    });
    const fate = { state: "revoked", reason: "signed_out", endedAt: NOW - 5 };
    expect(decide(ended, 99)).toEqual({ kind: "ended", fate });
  });

  test("whose deadline has passed is told so, unwritten as it is", () => {
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
    [GRACE - 1, "live"],
    [GRACE, "reused"],
    [GRACE + 1, "reused"],
  ] as const)(
    "takes the token before for the grace alone: %i ms after the rotation it is %s",
    (age, kind) => {
      expect(decide(unbound(5, NOW - age), 4)).toEqual({ kind });
    },
  );

  test("takes no token but the current and the one before, however fresh the rotation", () => {
    expect(decide(unbound(5, NOW), 3)).toEqual({ kind: "reused" });
  });

  test("with a generation but no rotation on record takes no older token", () => {
    expect(decide(unbound(1, null), 0)).toEqual({ kind: "reused" });
  });

  test("pays no heed to a proof, good or bad", () => {
    expect(decide(unbound(5, NOW - GRACE), 5, { fault: "invalid_proof" })).toEqual({ kind: "live" });
    expect(decide(unbound(5, NOW - GRACE), 4, { thumbprint: "key" })).toEqual({ kind: "reused" });
  });
});

describe("a bound session", () => {
  test("is renewed by any of its tokens with a proof of its key, for ever", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (generation, behind) => {
        fc.pre(behind <= generation);
        const at = bound(generation, NOW - 1_000_000);
        expect(decide(at, generation - behind, { thumbprint: "key" })).toEqual({ kind: "live" });
      }),
    );
  });

  test.each([
    [null, "invalid_proof"],
    [{ thumbprint: "another" }, "invalid_proof"],
    [{ fault: "invalid_proof" }, "invalid_proof"],
    [{ fault: "use_dpop_nonce" }, "use_dpop_nonce"],
  ] as const)("with the proof %j changes nothing, whatever the token: %s", (proof, fault) => {
    for (const generation of [0, 4, 5, 6])
      expect(decide(bound(5, NOW), generation, proof)).toEqual({ kind: "unproven", fault });
  });
});

describe("a token newer than its session", () => {
  test("says that the database went back in time, and revives or ends nothing", () => {
    expect(decide(unbound(5, NOW), 6)).toEqual({ kind: "from_the_future" });
    expect(decide(bound(5, NOW), 6, { thumbprint: "key" })).toEqual({ kind: "from_the_future" });
  });
});

describe("the fault of a proof", () => {
  test("is none for the session's own key", () => {
    expect(proofFault({ thumbprint: "key" }, "key")).toBeNull();
  });
  test("is invalid_proof where there is none", () => {
    expect(proofFault(undefined, "key")).toBe("invalid_proof");
    expect(proofFault(null, "key")).toBe("invalid_proof");
  });
});
