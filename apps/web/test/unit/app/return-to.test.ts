import { describe, expect, it } from "vitest";
import { returnTo } from "../../../src/app/return-to.js";

describe("What to come back to", () => {
  it.each([
    ["/", "/"],
    ["/account", "/account"],
    ["/account/security?tab=1#policy", "/account/security?tab=1#policy"],
    ["/account/../account/members", "/account/members"],
    ["/a b", "/a%20b"],
    ["/%2f%2fevil.example", "/%2f%2fevil.example"],
    ["/@evil.example", "/@evil.example"],
    ["/loginx", "/loginx"],
  ])("%j is %j of this site", (value, path) => {
    expect(returnTo(value)).toBe(path);
  });

  it.each([
    null,
    "",
    "account",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/account\\..\\..",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\u0000/evil.example",
    "/account\u007f",
    " //evil.example",
    "https://evil.example/account",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/.//evil.example",
    "/account/..//evil.example",
    "/%2e//evil.example",
  ])("%j is nothing of this site", (value) => {
    expect(returnTo(value)).toBeNull();
  });

  it.each(["/login", "/login?return_to=/login", "/register", "/invite#token", "/account/../login"])(
    "%j would only lead on again",
    (value) => {
      expect(returnTo(value)).toBeNull();
    },
  );
});
