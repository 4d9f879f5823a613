import { describe, expect, it } from "vitest";
import { othersConfirmation } from "../../../../src/pages/own-sessions/sign-out-others.js";

describe("the confirmation before other sessions end", () => {
  it("contains the number of sessions, also on the button", () => {
    expect(othersConfirmation(3)).toEqual({
      title: "Sign out your other sessions?",
      text: "This ends your 3 other sessions at once. This device stays signed in.",
      confirm: "Sign out 3 other sessions",
      isDestructive: true,
    });
    expect(othersConfirmation(1).confirm).toBe("Sign out 1 other session");
  });

  it("contains no number if not all sessions are loaded", () => {
    const { text, confirm } = othersConfirmation(null);
    expect(text).toBe("This ends all your other sessions at once. This device stays signed in.");
    expect(confirm).toBe("Sign out all others");
  });
});
