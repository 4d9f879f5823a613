import { describe, expect, test } from "vitest";
import { isKept, medianOf, tableOf } from "../budgets/figure.js";
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

  test("is measured by the middle load, and by the slower of two middle ones", () => {
    expect(medianOf([900, 100, 300])).toBe(300);
    expect(medianOf([400, 100, 300, 200])).toBe(300);
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
