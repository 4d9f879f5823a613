import { describe, expect, it } from "vitest";
import { shownProblem } from "../../../../src/pages/account/shown-problem.js";

const outage = new Error("unavailable");
const offline = new Error("unreachable");

describe("what a page tells of a read in trouble", () => {
  it("is nothing while the first try is under way", () => {
    expect(shownProblem({ data: undefined, error: null, failureReason: null })).toBeNull();
  });

  it("is why the first tries fail, though more are made", () => {
    expect(shownProblem({ data: undefined, error: null, failureReason: outage })).toBe(outage);
  });

  it("is nothing where a page that shows something is about to try again", () => {
    expect(shownProblem({ data: ["a row"], error: null, failureReason: outage })).toBeNull();
  });

  it("is why it was given up, whatever is shown", () => {
    expect(shownProblem({ data: ["a row"], error: offline, failureReason: outage })).toBe(offline);
    expect(shownProblem({ data: undefined, error: offline, failureReason: outage })).toBe(offline);
  });
});
