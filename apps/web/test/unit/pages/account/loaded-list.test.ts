import { describe, expect, it } from "vitest";
import { shownProblem } from "../../../../src/pages/account/loaded-list.js";

const outage = new Error("unavailable");
const offline = new Error("unreachable");

describe("shownProblem", () => {
  it("is null during the first try", () => {
    expect(shownProblem({ data: undefined, error: null, failureReason: null })).toBeNull();
  });

  it("is the last try's problem before the first data", () => {
    expect(shownProblem({ data: undefined, error: null, failureReason: outage })).toBe(outage);
  });

  it("is null while a query with data is retried", () => {
    expect(shownProblem({ data: ["a row"], error: null, failureReason: outage })).toBeNull();
  });

  it("is the error after all retries", () => {
    expect(shownProblem({ data: ["a row"], error: offline, failureReason: outage })).toBe(offline);
    expect(shownProblem({ data: undefined, error: offline, failureReason: outage })).toBe(offline);
  });
});
