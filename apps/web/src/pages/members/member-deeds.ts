import type { Member } from "@curfew/client";

/** What an owner may do with a member. */
export type Deed = "promote" | "demote" | "disable" | "enable" | "invite_again";

/** What is offered in a member's row; of the last owner nothing is, and the row says why. */
export type Offer =
  | { readonly kind: "last_owner" }
  | { readonly kind: "deeds"; readonly deeds: readonly Deed[] };

/**
 * Decides what is offered in each member's row.
 *
 * @param members all of the account
 * @example offerOf(onlyOwner, [onlyOwner, member]) // { kind: "last_owner" }
 */
export function offerOf(member: Member, members: readonly Member[]): Offer {
  if (isActiveOwner(member) && members.filter(isActiveOwner).length === 1) return { kind: "last_owner" };
  const role = member.role === "owner" ? "demote" : "promote";
  switch (member.status) {
    case "active":
      return { kind: "deeds", deeds: [role, "disable"] };
    case "invited":
      return { kind: "deeds", deeds: ["invite_again", role] };
    case "disabled":
      return { kind: "deeds", deeds: ["enable"] };
  }
}

/** Only who can sign in keeps an account from being left without an owner. */
const isActiveOwner = ({ role, status }: Member): boolean => role === "owner" && status === "active";
