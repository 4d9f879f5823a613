import type { Member } from "@curfew/client";
import { describe, expect, it } from "vitest";
import {
  availableActions,
  CHANGE_BODIES,
  changeConfirmation,
  changeToast,
  type MemberChange,
} from "../../../../src/pages/members/member-actions.js";

/** Ada, by default an active owner. */
const member = (changes: Partial<Member> = {}): Member => ({
  id: "user-1",
  name: "Ada Moreno",
  email: "ada@lantern.example",
  role: "owner",
  status: "active",
  last_login_at: "2026-11-24T08:00:00.000Z",
  ...changes,
});

const ada = member();
describe("the available actions", () => {
  it.each<[string, Partial<Member>, readonly string[]]>([
    ["an active member", { role: "member" }, ["promote", "password_link", "disable", "delete"]],
    ["an active owner among others", { role: "owner" }, ["demote", "password_link", "disable", "delete"]],
    [
      "a member who has not joined yet",
      { role: "member", status: "invited" },
      ["invite_again", "promote", "withdraw"],
    ],
    [
      "an owner who has not joined yet",
      { role: "owner", status: "invited" },
      ["invite_again", "demote", "withdraw"],
    ],
    ["a disabled member", { role: "member", status: "disabled" }, ["enable", "delete"]],
    ["a disabled owner", { role: "owner", status: "disabled" }, ["enable", "delete"]],
  ])("depend on role and status: %s", (_, changes, actions) => {
    expect(availableActions(member(changes), false)).toEqual({ kind: "actions", actions });
  });

  it("are none for the last owner", () => {
    expect(availableActions(ada, true)).toEqual({ kind: "last_owner" });
  });
});

const PATCHES = ["promote", "demote", "disable", "enable"] as const;
const ALL: readonly MemberChange[] = [...PATCHES, "withdraw", "delete"];

describe("the confirmation of a change", () => {
  it.each<[MemberChange, string, string, boolean]>([
    ["promote", "Make Ada Moreno an owner?", "Make owner", false],
    ["demote", "Make Ada Moreno a member?", "Make member", false],
    ["disable", "Disable Ada Moreno?", "Disable", true],
    ["enable", "Enable Ada Moreno?", "Enable", false],
    ["withdraw", "Withdraw the invitation of Ada Moreno?", "Withdraw", true],
    ["delete", "Delete Ada Moreno?", "Delete", true],
  ])("names the change and the member: %s", (change, title, confirm, isDestructive) => {
    expect(changeConfirmation(change, ada, false)).toMatchObject({ title, confirm, isDestructive });
  });

  it("explains that disabling ends sessions and that enabling does not restore them", () => {
    expect(changeConfirmation("disable", ada, false).text).toBe(
      "All their sessions end at once, and they can't sign in until an owner enables them again.",
    );
    expect(changeConfirmation("enable", ada, false).text).toBe(
      "They can sign in again with their password. Sessions that have ended stay ended.",
    );
  });

  it("warns owners about changes to themselves", () => {
    const demote = changeConfirmation("demote", ada, true);
    expect(demote.title).toBe("Make yourself a member?");
    expect(demote.text).toContain("only another owner can make you an owner again");
    const disable = changeConfirmation("disable", ada, true);
    expect(disable.title).toBe("Disable yourself?");
    expect(disable.text).toContain("this one among them");
    expect([demote.isDestructive, disable.isDestructive]).toEqual([true, true]);
    expect(changeConfirmation("delete", ada, true)).toMatchObject({
      title: "Delete yourself?",
      text: expect.stringContaining("this one among them"),
    });
  });

  it("says what goes with a person, and that nothing brings it back", () => {
    const { text } = changeConfirmation("delete", ada, false);
    for (const part of [
      "name",
      "e-mail",
      "password",
      "addresses",
      "sessions end",
      "Nothing brings this back",
    ])
      expect(text).toContain(part);
  });
});

describe("a change of a member", () => {
  it("sends the matching request body", () => {
    expect(PATCHES.map((change) => CHANGE_BODIES[change])).toEqual([
      { role: "owner" },
      { role: "member" },
      { disabled: true },
      { disabled: false },
    ]);
  });

  it("is reported in a toast with the member's name", () => {
    expect(ALL.map((change) => changeToast(change, ada))).toEqual([
      "Ada Moreno is an owner now",
      "Ada Moreno is a member now",
      "Ada Moreno is disabled and signed out",
      "Ada Moreno can sign in again",
      "The invitation of Ada Moreno is withdrawn",
      "Ada Moreno is deleted and signed out",
    ]);
  });
});
