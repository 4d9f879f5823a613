import { describe, expect, test } from "vitest";
import { isKept, lowerQuartileOf, tableOf } from "../budgets/figure.js";
import { figuresOf } from "../budgets/interactive.js";
import { policyFaults } from "../budgets/pages.js";

const figure = { name: "/login JavaScript, gzip", value: 110, atMost: 110, unit: "kB" };

describe("a budget", () => {
  test("is kept at its bound, broken above it, and broken by what could not be measured", () => {
    expect(isKept(figure)).toBe(true);
    expect(isKept({ ...figure, value: 110.01 })).toBe(false);
    expect(isKept({ ...figure, value: Number.NaN })).toBe(false);
  });

  test("is told in a table with its figure, its bound, and a word where it is broken", () => {
    const shift = { name: "/ layout shift", value: 0.0304, atMost: 0.02, unit: "shift" };
    expect(tableOf([figure, shift]).split("\n")).toEqual([
      "/login JavaScript, gzip  110.0  <= 110 kB",
      "/ layout shift           0.030  <= 0.02 shift  BROKEN",
    ]);
  });

  test("is no bound where a figure is shown alone", () => {
    const shown = { name: "the smallest React page", value: 301.4, atMost: null, unit: "ms" };
    expect(isKept(shown)).toBe(true);
    expect(tableOf([shown])).toBe("the smallest React page  301  ms");
  });

  test("of time is measured by a load that three quarters are no faster than", () => {
    expect(lowerQuartileOf([900, 100, 300, 200, 500])).toBe(200);
    expect(lowerQuartileOf([400, 100, 300, 200])).toBe(100);
  });
});

describe("how soon the sign-in page hears a click", () => {
  const turns = (/** @type {number} */ login, /** @type {number} */ reference) => ({
    login: [login, 2 * login, 3 * login],
    reference: [reference, 2 * reference, 3 * reference],
  });
  const brokenIn = (/** @type {import("../budgets/figure.js").Figure[]} */ figures) =>
    figures.filter((figure) => !isKept(figure)).map(({ unit }) => unit);

  test("is the same on a machine that is three times slower just now", () => {
    const [, , quick] = figuresOf(turns(430, 270), turns(55, 30));
    const slow = figuresOf(turns(1290, 810), turns(165, 90));
    expect(quick?.value).toBeCloseTo(430);
    expect(slow.map(({ value }) => Math.round(value * 100) / 100)).toEqual([1290, 810, 430, 1.83]);
    expect(brokenIn(slow)).toEqual([]);
  });

  test("breaks a bound where the page does a third more, or waits until a second is over", () => {
    expect(brokenIn(figuresOf(turns(530, 270), turns(55 * 1.33, 30)))).toEqual(["times"]);
    expect(brokenIn(figuresOf(turns(1010, 270), turns(55, 30)))).toEqual(["ms"]);
  });
});

describe("a Content-Security-Policy", () => {
  test("of our own scripts and no frame has no fault", () => {
    expect(policyFaults("default-src 'none'; script-src 'self'; frame-ancestors 'none'")).toEqual([]);
  });

  test.each([
    ["script-src 'self' 'unsafe-inline'; frame-ancestors 'none'", "script-src 'unsafe-inline'"],
    ["script-src 'self' 'unsafe-eval'; frame-ancestors 'none'", "script-src 'unsafe-eval'"],
    ["default-src 'self' https://cdn.example; frame-ancestors 'none'", "script-src https://cdn.example"],
    ["style-src 'self'; frame-ancestors 'none'", "no script-src"],
    ["script-src 'self'", "frame-ancestors is not 'none'"],
  ])("is faulted: %s", (policy, fault) => {
    expect(policyFaults(policy)).toEqual([fault]);
  });

  test("that is missing is faulted", () => {
    expect(policyFaults("")).toEqual(["no script-src", "frame-ancestors is not 'none'"]);
  });
});
