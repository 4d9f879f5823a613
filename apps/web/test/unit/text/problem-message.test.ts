import { CurfewProblem, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { problemMessage } from "../../../src/text/problem-message.js";

describe("problemMessage", () => {
  const message = (code: ProblemDetails["code"], details: Partial<ProblemDetails> = {}) =>
    problemMessage(
      new CurfewProblem({ code, status: 400, detail: "A plain sentence", errors: [], ...details }),
    );

  it("distinguishes a network failure from a server failure", () => {
    expect(message("unreachable")).toBe("Curfew can't be reached. Check your connection and try again.");
    expect(message("unavailable")).toBe("Curfew is in trouble for the moment. Please try again shortly.");
    expect(message("internal_error")).toBe("Curfew is in trouble for the moment. Please try again shortly.");
  });

  it("says what to do in a browser that provides no key, whether or not somebody is signed in", () => {
    expect(message("proof_unavailable")).toMatch(
      /^This browser .* Allow this site to store data, .* another browser, and try again\.$/,
    );
    expect(message("proof_unavailable")).not.toMatch(/signed/);
  });

  it("says when to try again", () => {
    expect(message("rate_limited", { retryAfterMs: 720_000 })).toBe(
      "Too many attempts. Try again in 12 minutes.",
    );
    expect(message("rate_limited")).toBe("Too many attempts. Please wait a while and try again.");
  });

  it("defaults to the server's detail, with a period", () => {
    expect(message("too_many")).toBe("A plain sentence.");
    expect(message("too_many", { detail: "A whole one." })).toBe("A whole one.");
  });
});
