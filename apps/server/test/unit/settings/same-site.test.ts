import { expect, it } from "vitest";
import { areOfOneSite } from "../../../src/settings/same-site.js";

it.each([
  ["https://curfew.example", "https://app.curfew.example"],
  ["https://a.curfew.example", "https://b.curfew.example:8443"],
  ["https://a.shop.co.uk", "https://shop.co.uk"],
  ["http://localhost:4000", "http://localhost:5173"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:5173"],
  ["http://[::1]:4000", "http://[::1]:1"],
])("%s and %s are of one site", (one, other) => {
  expect(areOfOneSite(one, other)).toBe(true);
});

it.each([
  ["https://curfew.example", "https://other.example"],
  ["https://curfew.example", "http://app.curfew.example"],
  ["https://one.co.uk", "https://two.co.uk"],
  ["https://one.com.au", "https://two.com.au"],
  ["http://localhost:4000", "http://127.0.0.1:4000"],
  ["http://127.0.0.1:4000", "http://127.0.1.1:4000"],
])("%s and %s are of different sites", (one, other) => {
  expect(areOfOneSite(one, other)).toBe(false);
});
