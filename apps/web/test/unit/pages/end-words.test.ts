import { describe, expect, it } from "vitest";
import { endWords } from "../../../src/pages/login/end-words.js";

describe("The banner of the sign-in page", () => {
  it.each([
    ["session_expired", "idle", /inactive/],
    ["session_expired", "absolute", /maximum length/],
    ["session_revoked", "signed_out", /You signed out/],
    ["session_revoked", "revoked_by_owner", /An owner of your account/],
    ["session_revoked", "revoked_by_user", /another device/],
    ["session_revoked", "token_reused", /used twice/],
    ["session_revoked", "password_changed", /password was changed/],
    ["session_revoked", "user_disabled", /disabled your access/],
    ["session_revoked", "session_limit", /so many devices/],
  ])("of %s by %s says what happened, and when", (reason, cause, words) => {
    expect(endWords(reason, cause, null)).toMatch(words);
    expect(endWords(reason, cause, null)).not.toContain(" at ");
    expect(endWords(reason, cause, "at 14:32")).toMatch(words);
    expect(endWords(reason, cause, "at 14:32")).toContain(" at 14:32");
  });

  it.each([null, "", "nonsense", "constructor", "revoked_by_owner"])(
    "of an expiry by %j tells that much alone",
    (cause) => {
      expect(endWords("session_expired", cause, null)).toBe(
        "Your session expired. Sign in again to carry on.",
      );
    },
  );

  it.each([null, "nonsense", "toString", "idle"])(
    "of a revocation by %j names who it can have been",
    (cause) => {
      expect(endWords("session_revoked", cause, "at 14:32")).toBe(
        "Your session was ended at 14:32, by an owner of your account or by you.",
      );
    },
  );

  it.each([null, "", "forbidden", "SESSION_EXPIRED"])("is not there for the reason %j", (reason) => {
    expect(endWords(reason, "idle", "at 14:32")).toBeNull();
  });
});
