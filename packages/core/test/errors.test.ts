import { describe, expect, expectTypeOf, test } from "vitest";
import { CurfewError, type CurfewErrorDetails, isCurfewError } from "../src/errors.js";

describe("CurfewError", () => {
  test("carries its code, its details, and its code for a message unless told", () => {
    const error = new CurfewError("session_expired", { endedAt: 5, reason: "idle" });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "CurfewError",
      code: "session_expired",
      details: { endedAt: 5, reason: "idle" },
      message: "session_expired",
    });
    expect(new CurfewError("not_found", {}, { message: "no such session" }).message).toBe("no such session");
  });

  test("carries its cause, and none that it was not given", () => {
    const cause = new Error("disk full");
    expect(new CurfewError("unavailable", { retryAfterSeconds: 2 }, { cause }).cause).toBe(cause);
    expect("cause" in new CurfewError("not_found", {})).toBe(false);
    expect("cause" in new CurfewError("not_found", {}, { message: "gone" })).toBe(false);
  });
});

describe("isCurfewError", () => {
  const error: unknown = new CurfewError("session_revoked", { endedAt: 5, reason: "signed_out" });

  test("knows its own, of any code or of the one that is asked for", () => {
    expect(isCurfewError(error)).toBe(true);
    expect(isCurfewError(error, "session_revoked")).toBe(true);
    expect(isCurfewError(error, "session_expired")).toBe(false);
  });

  test("knows nothing that only looks like one", () => {
    for (const other of [new Error("session_revoked"), { code: "session_revoked" }, null, "session_revoked"])
      expect(isCurfewError(other)).toBe(false);
    expect(isCurfewError({ code: "session_revoked" }, "session_revoked")).toBe(false);
  });

  test("tells the details' type by the code", () => {
    if (!isCurfewError(error, "session_revoked")) throw new Error("it is one");
    expectTypeOf(error.details).toEqualTypeOf<CurfewErrorDetails["session_revoked"]>();
    expect(error.details.reason).toBe("signed_out");
  });
});
