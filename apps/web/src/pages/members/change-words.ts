import type { ChangeMember, Member } from "@curfew/client";
import type { Question } from "../account/confirm-dialog.js";
import type { Deed } from "./member-deeds.js";

/** A deed that changes a member, as the wire has it. */
export type Change = Exclude<Deed, "invite_again">;

export const CHANGES: Readonly<Record<Change, ChangeMember>> = {
  promote: { role: "owner" },
  demote: { role: "member" },
  disable: { disabled: true },
  enable: { disabled: false },
};

export const DEED_LABELS: Readonly<Record<Deed, string>> = {
  promote: "Make owner",
  demote: "Make member",
  disable: "Disable",
  enable: "Enable",
  invite_again: "Invite again",
};

/**
 * What is asked before a member is changed: what it does, and to whom.
 *
 * @param isSelf the member is the person who asks
 */
export function changeQuestion(change: Change, { name }: Pick<Member, "name">, isSelf: boolean): Question {
  const confirm = DEED_LABELS[change];
  switch (change) {
    case "promote":
      return {
        title: `Make ${name} an owner?`,
        text: "Owners decide how long everybody stays signed in, see and end all sessions, and invite, promote and disable members. It counts from their next request.",
        confirm,
        isHarsh: false,
      };
    case "demote":
      return {
        title: isSelf ? "Make yourself a member?" : `Make ${name} a member?`,
        text: isSelf
          ? "You will no longer see Members and Session security, and only another owner can make you an owner again. Your sessions go on."
          : "They will no longer see Members and Session security. Their sessions go on.",
        confirm,
        isHarsh: isSelf,
      };
    case "disable":
      return {
        title: isSelf ? "Disable yourself?" : `Disable ${name}?`,
        text: isSelf
          ? "All your sessions end at once, this one among them, and you can't sign in until another owner enables you again."
          : "All their sessions end at once, and they can't sign in until an owner enables them again.",
        confirm,
        isHarsh: true,
      };
    case "enable":
      return {
        title: `Enable ${name}?`,
        text: "They can sign in again with their password. Sessions that have ended stay ended.",
        confirm,
        isHarsh: false,
      };
  }
}

/** What is told once a member has been changed. */
export function changeDone(change: Change, { name }: Pick<Member, "name">): string {
  switch (change) {
    case "promote":
      return `${name} is an owner now`;
    case "demote":
      return `${name} is a member now`;
    case "disable":
      return `${name} is disabled and signed out`;
    case "enable":
      return `${name} can sign in again`;
  }
}
