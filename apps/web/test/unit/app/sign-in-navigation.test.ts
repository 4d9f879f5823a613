import { describe, expect, it } from "vitest";
import { readSignInState, returnPath, signInPath } from "../../../src/app/sign-in-navigation.js";

describe("signInPath", () => {
  it("contains the reason, the cause and the path to return to", () => {
    expect(signInPath({ code: "session_expired", reason: "idle" }, "/account/members")).toBe(
      "/login?reason=session_expired&cause=idle&return_to=%2Faccount%2Fmembers",
    );
    expect(signInPath({ code: "session_revoked", reason: "token_reused" }, "/")).toBe(
      "/login?reason=session_revoked&cause=token_reused",
    );
  });

  it("contains no reason without one, and no path to return to the home page", () => {
    expect(signInPath(null, "/")).toBe("/login");
    expect(signInPath(null, "/account")).toBe("/login?return_to=%2Faccount");
  });

  it("preserves query and fragment of the path", () => {
    const from = "/account/sessions?cursor=a%26b&x=1#row";
    const address = new URL(signInPath(null, from), "https://site.example");
    expect(returnPath(address.searchParams.get("return_to"))).toBe(from);
  });
});

describe("returnPath", () => {
  it.each([
    ["/", "/"],
    ["/account", "/account"],
    ["/account/security?tab=1#policy", "/account/security?tab=1#policy"],
    ["/account/../account/members", "/account/members"],
    ["/a b", "/a%20b"],
    ["/%2f%2fevil.example", "/%2f%2fevil.example"],
    ["/@evil.example", "/@evil.example"],
    ["/loginx", "/loginx"],
    ["/login/x", "/login/x"],
    ["/%2flogin", "/%2flogin"],
    ["/%ff", "/%ff"],
  ])("resolves %j to %j", (value, path) => {
    expect(returnPath(value)).toBe(path);
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
    "//login",
  ])("refuses %j, which is not a path of this site", (value) => {
    expect(returnPath(value)).toBeNull();
  });

  it.each([
    "/login",
    "/login?return_to=/login",
    "/register",
    "/invite#token",
    "/reset#token",
    "/account/../login",
    "/login/",
    "/login//",
    "/LOGIN",
    "/Login/?return_to=/account",
    "/%6Cogin",
    "/%6c%6F%67in#x",
    "/%72egister",
    "/./login",
    "/%2e/login",
    "/REGISTER/",
    "/invite/#token",
    "/deleted/",
  ])("refuses %j, which leads to a public page", (value) => {
    expect(returnPath(value)).toBeNull();
  });
});

describe("readSignInState", () => {
  it("returns a valid state unchanged", () => {
    const state = { ended_at: "2026-11-24T14:32:00.000Z", previous_path: "/account", lost: true };
    expect(readSignInState(state)).toEqual(state);
    expect(readSignInState({ ended_at: null, previous_path: "/" })).toEqual({
      ended_at: null,
      previous_path: "/",
      lost: false,
    });
  });

  it.each([
    null,
    undefined,
    "text",
    7,
    [],
    {},
    { ended_at: 7, previous_path: {}, lost: "yes" },
    ["ended_at"],
  ])("returns nulls for %j", (state) => {
    expect(readSignInState(state)).toEqual({ ended_at: null, previous_path: null, lost: false });
  });
});
