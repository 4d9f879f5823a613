import { describe, expect, test } from "vitest";
import { isWithinBound, lowerQuartileOf, tableOf } from "../budgets/figure.js";
import { firstRowsFigure } from "../budgets/first-rows.js";
import { figuresOf } from "../budgets/interactive.js";
import { policyFaults } from "../budgets/pages.js";

const figure = { name: "/login JavaScript, gzip", value: 110, atMost: 110, unit: "kB" };

describe("a budget", () => {
  test("is kept at its bound and broken above it or by NaN", () => {
    expect(isWithinBound(figure)).toBe(true);
    expect(isWithinBound({ ...figure, value: 110.01 })).toBe(false);
    expect(isWithinBound({ ...figure, value: Number.NaN })).toBe(false);
  });

  test("is printed as a table row with its figure, its bound, and BROKEN if it is broken", () => {
    const shift = { name: "/ layout shift", value: 0.0304, atMost: 0.02, unit: "shift" };
    expect(tableOf([figure, shift]).split("\n")).toEqual([
      "/login JavaScript, gzip  110.0  <= 110 kB",
      "/ layout shift           0.030  <= 0.02 shift  BROKEN",
    ]);
  });

  test("without a bound is always kept and printed without one", () => {
    const shown = { name: "the smallest React page", value: 301.4, atMost: null, unit: "ms" };
    expect(isWithinBound(shown)).toBe(true);
    expect(tableOf([shown])).toBe("the smallest React page  301  ms");
  });

  test("of time uses the lower quartile of the loads", () => {
    expect(lowerQuartileOf([900, 100, 300, 200, 500])).toBe(200);
    expect(lowerQuartileOf([400, 100, 300, 200])).toBe(100);
  });
});

describe("the time until the sign-in page is interactive", () => {
  const measurements = (/** @type {number} */ login, /** @type {number} */ reference) => ({
    login: [login, 2 * login, 3 * login],
    reference: [reference, 2 * reference, 3 * reference],
  });
  const brokenIn = (/** @type {import("../budgets/figure.js").Figure[]} */ figures) =>
    figures.filter((figure) => !isWithinBound(figure)).map(({ unit }) => unit);

  test("is the same on a machine that is three times slower", () => {
    const [, , quick] = figuresOf(measurements(430, 270), measurements(55, 30));
    const slow = figuresOf(measurements(1290, 810), measurements(165, 90));
    expect(quick?.value).toBeCloseTo(430);
    expect(slow.map(({ value }) => Math.round(value * 100) / 100)).toEqual([1290, 810, 430, 1.83]);
    expect(brokenIn(slow)).toEqual([]);
  });

  test("breaks a bound if the page does a third more work or takes more than a second", () => {
    expect(brokenIn(figuresOf(measurements(530, 270), measurements(55 * 1.33, 30)))).toEqual(["times"]);
    expect(brokenIn(figuresOf(measurements(1010, 270), measurements(55, 30)))).toEqual(["ms"]);
  });
});

test("the first rows of ten thousand members break their bound if the page does a third more work, on any machine", () => {
  for (const speed of [1, 3]) {
    const smallest = [30, 36, 41].map((ms) => speed * ms);
    const figureOf = (/** @type {number} */ ms) =>
      firstRowsFigure("/account/members", [speed * ms, speed * ms * 1.4], smallest);
    expect(figureOf(195).value).toBeCloseTo(6.5);
    expect(isWithinBound(figureOf(195))).toBe(true);
    expect(isWithinBound(figureOf(195 * 1.33))).toBe(false);
  }
});

describe("a Content-Security-Policy", () => {
  test("with own scripts and without frames has no faults", () => {
    expect(policyFaults("default-src 'none'; script-src 'self'; frame-ancestors 'none'")).toEqual([]);
  });

  test.each([
    ["script-src 'self' 'unsafe-inline'; frame-ancestors 'none'", "script-src 'unsafe-inline'"],
    ["script-src 'self' 'unsafe-eval'; frame-ancestors 'none'", "script-src 'unsafe-eval'"],
    ["default-src 'self' https://cdn.example; frame-ancestors 'none'", "script-src https://cdn.example"],
    ["style-src 'self'; frame-ancestors 'none'", "no script-src"],
    ["script-src 'self'", "frame-ancestors is not 'none'"],
  ])("has a fault: %s", (policy, fault) => {
    expect(policyFaults(policy)).toEqual([fault]);
  });

  test("that is missing has faults", () => {
    expect(policyFaults("")).toEqual(["no script-src", "frame-ancestors is not 'none'"]);
  });
});
