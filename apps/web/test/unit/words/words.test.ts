import { CurfewProblem, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { problemWords } from "../../../src/words/problem-words.js";
import { waitingTime } from "../../../src/words/waiting-time.js";
import { whenWords } from "../../../src/words/when-words.js";

const HOUR_MS = 3_600_000;

describe("How long one has to wait", () => {
  it.each([
    [0, "1 second"],
    [1, "1 second"],
    [1_001, "2 seconds"],
    [59_999, "60 seconds"],
    [60_000, "1 minute"],
    [60_001, "2 minutes"],
    [900_000, "15 minutes"],
  ])("%i ms is told as %s", (ms, words) => {
    expect(waitingTime(ms)).toBe(words);
  });
});

describe("When something was", () => {
  const noon = new Date(2026, 10, 24, 12, 0).getTime();
  it.each([
    [2 * HOUR_MS, "at 10:00"],
    [-3 * HOUR_MS, "at 15:00"],
    [13 * HOUR_MS, "on 23 November at 23:00"],
    [24 * HOUR_MS, "on 23 November at 12:00"],
  ])("%i ms ago is %s", (agoMs, words) => {
    expect(whenWords(noon - agoMs, noon)).toBe(words);
  });
});

describe("What a person is told of a call that failed", () => {
  const words = (code: ProblemDetails["code"], details: Partial<ProblemDetails> = {}) =>
    problemWords(
      new CurfewProblem({ code, status: 400, detail: "A plain sentence", errors: [], ...details }),
    );

  it("tells trouble from fault", () => {
    expect(words("unreachable")).toBe("Curfew can't be reached. Check your connection and try again.");
    expect(words("unavailable")).toBe("Curfew is in trouble for the moment. Please try again shortly.");
    expect(words("internal_error")).toBe("Curfew is in trouble for the moment. Please try again shortly.");
  });

  it("says when to try again", () => {
    expect(words("rate_limited", { retryAfterMs: 720_000 })).toBe(
      "Too many attempts. Try again in 12 minutes.",
    );
    expect(words("rate_limited")).toBe("Too many attempts. Please wait a while and try again.");
  });

  it("is the server's own sentence where there is no better one", () => {
    expect(words("last_owner")).toBe("A plain sentence.");
    expect(words("last_owner", { detail: "A whole one." })).toBe("A whole one.");
  });
});
