import { describe, expect, it } from "vitest";
import {
  CHANGES,
  type Change,
  changeDone,
  changeQuestion,
} from "../../../../src/pages/members/change-words.js";

const ada = { name: "Ada Moreno" };
const ALL: readonly Change[] = ["promote", "demote", "disable", "enable"];

describe("the question before a member is changed", () => {
  it.each<[Change, string, string, boolean]>([
    ["promote", "Make Ada Moreno an owner?", "Make owner", false],
    ["demote", "Make Ada Moreno a member?", "Make member", false],
    ["disable", "Disable Ada Moreno?", "Disable", true],
    ["enable", "Enable Ada Moreno?", "Enable", false],
  ])("names the deed and the member: %s", (change, title, confirm, isHarsh) => {
    expect(changeQuestion(change, ada, false)).toMatchObject({ title, confirm, isHarsh });
  });

  it("says that disabling ends sessions at once, and that enabling brings none back", () => {
    expect(changeQuestion("disable", ada, false).text).toBe(
      "All their sessions end at once, and they can't sign in until an owner enables them again.",
    );
    expect(changeQuestion("enable", ada, false).text).toBe(
      "They can sign in again with their password. Sessions that have ended stay ended.",
    );
  });

  it("warns owners who are about to take something from themselves", () => {
    const demote = changeQuestion("demote", ada, true);
    expect(demote.title).toBe("Make yourself a member?");
    expect(demote.text).toContain("only another owner can make you an owner again");
    const disable = changeQuestion("disable", ada, true);
    expect(disable.title).toBe("Disable yourself?");
    expect(disable.text).toContain("this one among them");
    expect([demote.isHarsh, disable.isHarsh]).toEqual([true, true]);
  });
});

describe("a change of a member", () => {
  it("says on the wire what its button says", () => {
    expect(ALL.map((change) => CHANGES[change])).toEqual([
      { role: "owner" },
      { role: "member" },
      { disabled: true },
      { disabled: false },
    ]);
  });

  it("is told with the member's name once it is made", () => {
    expect(ALL.map((change) => changeDone(change, ada))).toEqual([
      "Ada Moreno is an owner now",
      "Ada Moreno is a member now",
      "Ada Moreno is disabled and signed out",
      "Ada Moreno can sign in again",
    ]);
  });
});
