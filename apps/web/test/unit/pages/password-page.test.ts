import { describe, expect, it } from "vitest";
import { missingPasswords } from "../../../src/pages/password-page.js";

const missing = (current_password: string, new_password: string) => [
  ...missingPasswords({ current_password, new_password }),
];

describe("missingPasswords", () => {
  it("has a message for each empty field", () => {
    expect(missing("", "")).toEqual([
      ["current_password", "Enter your current password."],
      ["new_password", "Choose a new password."],
    ]);
    expect(missing("old", "")).toEqual([["new_password", "Choose a new password."]]);
    expect(missing("", "new")).toEqual([["current_password", "Enter your current password."]]);
  });

  it("is empty if both are filled, even with spaces", () => {
    expect(missing("old", "        ")).toEqual([]);
  });
});
