import { CurfewProblem, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { retryDelayMs, shouldRetry } from "../../../src/app/queries.js";

const problem = (status: number, code: ProblemDetails["code"], retryAfterMs?: number) =>
  new CurfewProblem({
    code,
    status,
    detail: "",
    errors: [],
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

describe("a failed query", () => {
  it.each([
    [0, "unreachable"],
    [429, "rate_limited"],
    [503, "unavailable"],
    [500, "internal_error"],
  ] as const)("is retried five times if the network or server failed: %i", (status, code) => {
    expect([0, 4, 5].map((failures) => shouldRetry(failures, problem(status, code)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    [401, "session_expired"],
    [403, "forbidden"],
    [404, "not_found"],
    [422, "validation_failed"],
  ] as const)("is not retried after a refusal: %i", (status, code) => {
    expect(shouldRetry(0, problem(status, code))).toBe(false);
  });

  it("is not retried after an error in the page", () => {
    expect(shouldRetry(0, new TypeError("undefined is not a function"))).toBe(false);
  });

  it("is retried after delays that double up to half a minute, with jitter", () => {
    const unreachable = problem(0, "unreachable");
    expect([0, 1, 2, 3].map((failures) => retryDelayMs(failures, unreachable, 0))).toEqual([
      500, 1000, 2000, 4000,
    ]);
    expect(retryDelayMs(0, unreachable, 0.5)).toBe(750);
    expect(retryDelayMs(20, unreachable, 0)).toBe(15_000);
  });

  it("is not retried before Retry-After", () => {
    expect(retryDelayMs(0, problem(503, "unavailable", 8_000), 0)).toBe(8_000);
    expect(retryDelayMs(4, problem(503, "unavailable", 1_000), 0)).toBe(8_000);
  });
});
