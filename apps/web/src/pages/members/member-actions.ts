import type { ChangeMember, Member } from "@curfew/client";
import { type English, t } from "../../text/translate.js";
import type { Confirmation } from "../account/confirm-dialog.js";

/** What an owner may do with a member. */
export type MemberAction = MemberChange | LinkAction;

/** The actions that change a member, and are confirmed. */
export type MemberChange = Patch | Removal;

/** The changes after which the member is not in the list any more. */
export type Removal = "withdraw" | "delete";

type Patch = "promote" | "demote" | "disable" | "enable";

/** The actions that make a link. */
export type LinkAction = "invite_again" | "password_link";

/** The actions in a member's row; the last owner has none, and the row says why. */
export type AvailableActions =
  | { readonly kind: "last_owner" }
  | { readonly kind: "actions"; readonly actions: readonly MemberAction[] };

/**
 * Decides which actions a member's row offers.
 *
 * @param isLastOwner whether the member is the account's last owner who can sign in
 * @example availableActions(onlyOwner, true) // { kind: "last_owner" }
 */
export function availableActions(
  member: Pick<Member, "role" | "status">,
  isLastOwner: boolean,
): AvailableActions {
  if (isLastOwner) return { kind: "last_owner" };
  const roleChange = member.role === "owner" ? "demote" : "promote";
  switch (member.status) {
    case "active":
      return { kind: "actions", actions: [roleChange, "password_link", "disable", "delete"] };
    case "invited":
      return { kind: "actions", actions: ["invite_again", roleChange, "withdraw"] };
    case "disabled":
      return { kind: "actions", actions: ["enable", "delete"] };
  }
}

/** The request body of each change that leaves a member. */
export const CHANGE_BODIES: Readonly<Record<Patch, ChangeMember>> = {
  promote: { role: "owner" },
  demote: { role: "member" },
  disable: { disabled: true },
  enable: { disabled: false },
};

export const isRemoval = (change: MemberChange): change is Removal =>
  change === "withdraw" || change === "delete";

/** Whether a link of the member opens nothing after the change. */
export const endsLink = (change: MemberChange): boolean => isRemoval(change) || change === "disable";

export const ACTION_LABELS: Readonly<Record<MemberAction, English>> = {
  promote: "Make owner",
  demote: "Make member",
  disable: "Disable",
  enable: "Enable",
  withdraw: "Withdraw",
  delete: "Delete",
  invite_again: "Invite again",
  password_link: "Password link",
};

/**
 * The confirmation of a change.
 *
 * @param isSelf whether the member is the current user
 */
export function changeConfirmation(
  change: MemberChange,
  { name }: Pick<Member, "name">,
  isSelf: boolean,
): Confirmation {
  const confirm = t(ACTION_LABELS[change]);
  switch (change) {
    case "promote":
      return {
        title: t("Make {name} an owner?", { name }),
        text: t(
          "Owners decide how long everybody stays signed in, see and end all sessions, and invite, promote and disable members. It counts from their next request.",
        ),
        confirm,
        isDestructive: false,
      };
    case "demote":
      return {
        title: isSelf ? t("Make yourself a member?") : t("Make {name} a member?", { name }),
        text: isSelf
          ? t(
              "You will no longer see Members and Session security, and only another owner can make you an owner again. Your sessions go on.",
            )
          : t("They will no longer see Members and Session security. Their sessions go on."),
        confirm,
        isDestructive: isSelf,
      };
    case "disable":
      return {
        title: isSelf ? t("Disable yourself?") : t("Disable {name}?", { name }),
        text: isSelf
          ? t(
              "All your sessions end at once, this one among them, and you can't sign in until another owner enables you again.",
            )
          : t("All their sessions end at once, and they can't sign in until an owner enables them again."),
        confirm,
        isDestructive: true,
      };
    case "enable":
      return {
        title: t("Enable {name}?", { name }),
        text: t("They can sign in again with their password. Sessions that have ended stay ended."),
        confirm,
        isDestructive: false,
      };
    case "withdraw":
      return {
        title: t("Withdraw the invitation of {name}?", { name }),
        text: t("The link stops working. You can invite them again."),
        confirm,
        isDestructive: true,
      };
    case "delete":
      return {
        title: isSelf ? t("Delete yourself?") : t("Delete {name}?", { name }),
        text: isSelf
          ? t(
              "Your name, e-mail, password, devices and addresses are deleted, and all your sessions end, this one among them. The trail says “Deleted user” in your place. Nothing brings this back.",
            )
          : t(
              "Their name, e-mail, password, devices and addresses are deleted, and all their sessions end. The trail says “Deleted user” in their place. Nothing brings this back; to keep somebody out for a while, disable them.",
            ),
        confirm,
        isDestructive: true,
      };
  }
}

/** The toast after a change. */
export function changeToast(change: MemberChange, { name }: Pick<Member, "name">): string {
  switch (change) {
    case "promote":
      return t("{name} is an owner now", { name });
    case "demote":
      return t("{name} is a member now", { name });
    case "disable":
      return t("{name} is disabled and signed out", { name });
    case "enable":
      return t("{name} can sign in again", { name });
    case "withdraw":
      return t("The invitation of {name} is withdrawn", { name });
    case "delete":
      return t("{name} is deleted and signed out", { name });
  }
}
