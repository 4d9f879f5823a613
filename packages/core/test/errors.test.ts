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

  test("names what is faulty in its message, since a log may show no more than that", () => {
    const faults = [
      { field: "secret", code: "out_of_range", message: "Must have 32 bytes or more." },
      { field: "rows.3.startedAt", code: "required", message: "Is required." },
    ] as const;
    expect(new CurfewError("validation_failed", { faults }).message).toBe(
      "validation_failed: secret: Must have 32 bytes or more. rows.3.startedAt: Is required.",
    );
    expect(new CurfewError("validation_failed", { faults: [] }).message).toBe("validation_failed");
  });

  test("has a cause only if one was given", () => {
    const cause = new Error("disk full");
    expect(new CurfewError("unavailable", { retryAfterSeconds: 2 }, { cause }).cause).toBe(cause);
    expect("cause" in new CurfewError("not_found", {})).toBe(false);
    expect("cause" in new CurfewError("not_found", {}, { message: "gone" })).toBe(false);
  });
});

describe("the stack of a CurfewError", () => {
  const lines = (error: Error) => error.stack?.split("\n").length;

  test("is left out where the error is an answer, and kept where it tells of a fault", () => {
    const { stackTraceLimit } = Error;
    expect(lines(new CurfewError("session_revoked", { endedAt: 5, reason: "signed_out" }))).toBe(1);
    expect(lines(new CurfewError("unauthenticated", {}))).toBe(1);
    expect(lines(new CurfewError("unavailable", { retryAfterSeconds: 1 }))).toBeGreaterThan(1);
    expect(lines(new CurfewError("validation_failed", { faults: [] }))).toBeGreaterThan(1);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  test("is kept where a host has frozen the built-in objects", () => {
    const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") ?? {};
    Object.defineProperty(Error, "stackTraceLimit", { ...before, writable: false });
    try {
      expect(new CurfewError("not_found", {}).code).toBe("not_found");
    } finally {
      Object.defineProperty(Error, "stackTraceLimit", before);
    }
  });
});

describe("isCurfewError", () => {
  const error: unknown = new CurfewError("session_revoked", { endedAt: 5, reason: "signed_out" });

  test("matches a CurfewError of any code or of the given one", () => {
    expect(isCurfewError(error)).toBe(true);
    expect(isCurfewError(error, "session_revoked")).toBe(true);
    expect(isCurfewError(error, "session_expired")).toBe(false);
  });

  test("matches one of another copy of the package", () => {
    class CurfewError extends Error {
      override readonly name = "CurfewError";
      readonly code = "session_revoked";
      readonly details = { endedAt: 5, reason: "signed_out" };
    }
    const other: unknown = new CurfewError();
    expect(isCurfewError(other)).toBe(true);
    expect(isCurfewError(other, "session_revoked")).toBe(true);
    expect(isCurfewError(other, "session_expired")).toBe(false);
  });

  test("rejects values that only look like one", () => {
    const shape = { name: "CurfewError", code: "session_revoked", details: { endedAt: 5, reason: "idle" } };
    expect(isCurfewError(shape)).toBe(true);
    for (const other of [
      ...[new Error("session_revoked"), { code: "session_revoked" }, null, undefined, "session_revoked", 5],
      ...[
        { ...shape, name: "Error" },
        { ...shape, code: "gone" },
        { ...shape, code: "toString" },
        { ...shape, code: 5 },
        { ...shape, details: null },
        { ...shape, details: "endedAt reason" },
        { ...shape, details: { endedAt: 5 } },
      ],
    ])
      expect(isCurfewError(other), String(other)).toBe(false);
    expect(isCurfewError({ code: "session_revoked" }, "session_revoked")).toBe(false);
  });

  test("narrows the type of the details", () => {
    if (!isCurfewError(error, "session_revoked")) throw new Error("not a session_revoked");
    expectTypeOf(error.details).toEqualTypeOf<CurfewErrorDetails["session_revoked"]>();
    expect(error.details.reason).toBe("signed_out");
  });
});
