import { CurfewProblem } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { unlessGone } from "../../../../src/pages/own-sessions/unless-gone.js";

const problem = (code: "not_found" | "unavailable", status: number) =>
  new CurfewProblem({ code, status, detail: "told", errors: [] });

describe("signing out a session that may have ended meanwhile", () => {
  it("is done where the server knows it no longer", () => {
    expect(unlessGone(problem("not_found", 404))).toBeUndefined();
  });

  it("fails with whatever else went wrong", () => {
    const outage = problem("unavailable", 503);
    expect(() => unlessGone(outage)).toThrow(outage);
    const bug = new TypeError("no function");
    expect(() => unlessGone(bug)).toThrow(bug);
  });
});
