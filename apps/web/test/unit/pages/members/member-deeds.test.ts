import type { Member } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { offerOf } from "../../../../src/pages/members/member-deeds.js";
import { member } from "./member.js";

const ada = member();
const ben = member({ id: "user-2", name: "Ben Okafor" });

const among = (one: Member) => offerOf(one, [ada, ben, one]);

describe("what an owner is offered for a member", () => {
  it.each<[string, Partial<Member>, readonly string[]]>([
    ["an active member", { role: "member" }, ["promote", "disable"]],
    ["an active owner among others", { role: "owner" }, ["demote", "disable"]],
    ["a member who has not joined yet", { role: "member", status: "invited" }, ["invite_again", "promote"]],
    ["an owner who has not joined yet", { role: "owner", status: "invited" }, ["invite_again", "demote"]],
    ["a disabled member", { role: "member", status: "disabled" }, ["enable"]],
    ["a disabled owner", { role: "owner", status: "disabled" }, ["enable"]],
  ])("fits %s", (_, changes, deeds) => {
    expect(among(member({ id: "user-3", ...changes }))).toEqual({ kind: "deeds", deeds });
  });

  it("is nothing for the last owner, and says so", () => {
    const chloe = member({ id: "user-3", role: "member" });
    expect(offerOf(ada, [ada, chloe])).toEqual({ kind: "last_owner" });
    expect(offerOf(chloe, [ada, chloe])).toEqual({ kind: "deeds", deeds: ["promote", "disable"] });
  });

  it("does not count owners who can't sign in", () => {
    const invited = member({ id: "user-3", status: "invited" });
    const disabled = member({ id: "user-4", status: "disabled" });
    expect(offerOf(ada, [ada, invited, disabled])).toEqual({ kind: "last_owner" });
    expect(offerOf(disabled, [ada, invited, disabled])).toEqual({ kind: "deeds", deeds: ["enable"] });
  });
});
