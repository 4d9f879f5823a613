import { describe, expect, it } from "vitest";
import { othersQuestion } from "../../../../src/pages/own-sessions/others-question.js";

describe("the question before other sessions end", () => {
  it("names how many they are, on the button too", () => {
    expect(othersQuestion(3)).toEqual({
      title: "Sign out your other sessions?",
      text: "This ends your 3 other sessions at once. This device stays signed in.",
      confirm: "Sign out 3 other sessions",
      isHarsh: true,
    });
    expect(othersQuestion(1).confirm).toBe("Sign out 1 other session");
  });

  it("names no number where not all are loaded", () => {
    const { text, confirm } = othersQuestion(null);
    expect(text).toBe("This ends all your other sessions at once. This device stays signed in.");
    expect(confirm).toBe("Sign out all others");
  });
});
