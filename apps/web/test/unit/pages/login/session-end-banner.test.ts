import { describe, expect, it } from "vitest";
import { sessionEndText } from "../../../../src/pages/login/session-end-banner.js";

describe("sessionEndText", () => {
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
  ])("explains %s by %s, with the time if it is known", (reason, cause, text) => {
    expect(sessionEndText(reason, cause, null)).toMatch(text);
    expect(sessionEndText(reason, cause, null)).not.toContain(" at ");
    expect(sessionEndText(reason, cause, "at 14:32")).toMatch(text);
    expect(sessionEndText(reason, cause, "at 14:32")).toContain(" at 14:32");
  });

  it.each([null, "", "nonsense", "constructor", "revoked_by_owner"])(
    "is generic for an expiry by %j",
    (cause) => {
      expect(sessionEndText("session_expired", cause, null)).toBe(
        "Your session expired. Sign in again to carry on.",
      );
    },
  );

  it.each([null, "nonsense", "toString", "idle"])(
    "names the possible causes for a revocation by %j",
    (cause) => {
      expect(sessionEndText("session_revoked", cause, "at 14:32")).toBe(
        "Your session was ended at 14:32, by an owner of your account or by you.",
      );
    },
  );

  it.each([null, "", "forbidden", "SESSION_EXPIRED"])("is null for the reason %j", (reason) => {
    expect(sessionEndText(reason, "idle", "at 14:32")).toBeNull();
  });
});
