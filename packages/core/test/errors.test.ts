import { describe, expect, expectTypeOf, test } from "vitest";
import { CurfewError, type CurfewErrorDetails, isCurfewError } from "../src/errors.js";

describe("CurfewError", () => {
  test("has its code and details, and its code as the default message", () => {
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

  test("has a cause only if one was given", () => {
    const cause = new Error("disk full");
    expect(new CurfewError("unavailable", { retryAfterSeconds: 2 }, { cause }).cause).toBe(cause);
    expect("cause" in new CurfewError("not_found", {})).toBe(false);
    expect("cause" in new CurfewError("not_found", {}, { message: "gone" })).toBe(false);
  });
});

describe("isCurfewError", () => {
  const error: unknown = new CurfewError("session_revoked", { endedAt: 5, reason: "signed_out" });

  test("matches a CurfewError of any code or of the given one", () => {
    expect(isCurfewError(error)).toBe(true);
    expect(isCurfewError(error, "session_revoked")).toBe(true);
    expect(isCurfewError(error, "session_expired")).toBe(false);
  });

  test("rejects values that only look like one", () => {
    for (const other of [new Error("session_revoked"), { code: "session_revoked" }, null, "session_revoked"])
      expect(isCurfewError(other)).toBe(false);
    expect(isCurfewError({ code: "session_revoked" }, "session_revoked")).toBe(false);
  });

  test("narrows the type of the details", () => {
    if (!isCurfewError(error, "session_revoked")) throw new Error("not a session_revoked");
    expectTypeOf(error.details).toEqualTypeOf<CurfewErrorDetails["session_revoked"]>();
    expect(error.details.reason).toBe("signed_out");
  });
});
