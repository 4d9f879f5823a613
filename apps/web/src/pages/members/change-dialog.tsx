import type { Member } from "@curfew/client";
import { tellDone } from "../../app/toasts/toasts.js";
import { ConfirmDialog } from "../account/confirm-dialog.js";
import { type Change, changeDone, changeQuestion } from "./change-words.js";
import { memberProblemWords } from "./member-problem-words.js";
import { useChangeMember } from "./use-members.js";

/** A change that waits for the person to confirm it. */
export interface Asked {
  readonly member: Member;
  readonly change: Change;
  /** The member is the person who asks. */
  readonly isSelf: boolean;
}

/**
 * Says what a change does, and makes it.
 *
 * @param asked null: nothing is asked
 */
export function ChangeDialog({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  const change = useChangeMember();
  const close = () => {
    change.reset();
    onClose();
  };
  const confirm = (confirmed: Asked) =>
    change.mutate(confirmed, {
      onSuccess() {
        close();
        tellDone(changeDone(confirmed.change, confirmed.member));
      },
    });
  return (
    <ConfirmDialog
      question={asked && changeQuestion(asked.change, asked.member, asked.isSelf)}
      busy={change.isPending}
      fault={change.error && memberProblemWords(change.error)}
      onConfirm={() => asked && confirm(asked)}
      onCancel={close}
    />
  );
}
