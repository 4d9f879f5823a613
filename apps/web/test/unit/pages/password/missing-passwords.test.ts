import { describe, expect, it } from "vitest";
import { missingPasswords } from "../../../../src/pages/password/missing-passwords.js";

const missing = (current_password: string, new_password: string) => [
  ...missingPasswords({ current_password, new_password }),
];

describe("what is missing for a new password", () => {
  it("is told of each field that is empty", () => {
    expect(missing("", "")).toEqual([
      ["current_password", "Enter your current password."],
      ["new_password", "Choose a new password."],
    ]);
    expect(missing("old", "")).toEqual([["new_password", "Choose a new password."]]);
    expect(missing("", "new")).toEqual([["current_password", "Enter your current password."]]);
  });

  it("is nothing where both are typed, spaces being as good as letters", () => {
    expect(missing("old", "        ")).toEqual([]);
  });
});
