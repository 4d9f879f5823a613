import type { Invited, Member } from "@curfew/client";
import { DEED_LABELS } from "./change-words.js";
import { memberProblemWords } from "./member-problem-words.js";
import { useInviteMember } from "./use-members.js";

/**
 * Makes another link for somebody who has not joined yet; the old one works no longer.
 *
 * @param describedBy the id of what names the member
 * @param onInvited called with the new link
 */
export function InviteAgain({
  member: { name, email, role },
  describedBy,
  onInvited,
}: {
  member: Member;
  describedBy: string;
  onInvited: (invited: Invited) => void;
}) {
  const invite = useInviteMember();
  return (
    <>
      <button
        type="button"
        className="curfew-button"
        aria-describedby={describedBy}
        aria-busy={invite.isPending}
        aria-disabled={invite.isPending}
        onClick={
          invite.isPending ? undefined : () => invite.mutate({ name, email, role }, { onSuccess: onInvited })
        }
      >
        {invite.isPending ? "One moment…" : DEED_LABELS.invite_again}
      </button>
      {invite.error !== null && (
        <p className="curfew-fault order-last w-full" role="alert">
          {memberProblemWords(invite.error)}
        </p>
      )}
    </>
  );
}
