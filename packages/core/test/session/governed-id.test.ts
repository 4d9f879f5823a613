import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUuid } from "../../src/id.js";
import { governedSessionId } from "../../src/session/governed-id.js";

describe("governedSessionId", () => {
  // Computed with Python's hashlib and integers.
  test.each([
    ["acme", "s1", "5f40a064-e63c-8f28-8df5-1b1b1e779833"],
    ["acme", "s2", "8aa7e796-9a16-839a-9e0e-1534006d89b9"],
    ["a", "cmes1", "adb61e96-1d79-85c8-a213-259cdb0c8497"],
    ["acm", "es1", "c60e6dad-ca73-89c2-abaf-0625974fa8d9"],
    ["büro", "süß", "c9cd88dd-01a9-8958-935f-63b8dfab45f6"],
    ["acme", "🔑", "3f6d3be7-4022-8a04-a512-bb6c6768f00d"],
    ["acme", "x".repeat(1024), "209d519d-223b-8d27-ab5a-8e580f1fa8d7"],
  ])("of account %s and host session %s is the same in every version", (accountId, hostSessionId, id) => {
    expect(governedSessionId(accountId, hostSessionId)).toBe(id);
  });

  test("is a UUIDv8, another one for each account and host session", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, text, (account, host, otherAccount, otherHost) => {
        const id = governedSessionId(account, host);
        expect(isUuid(id)).toBe(true);
        expect(id).toMatch(/^.{14}8.{4}[89ab]/);
        const isSame = account === otherAccount && host === otherHost;
        expect(governedSessionId(otherAccount, otherHost) === id).toBe(isSame);
      }),
    );
  });
});
