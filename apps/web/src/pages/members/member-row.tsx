import type { Invited, Member } from "@curfew/client";
import { Moment } from "@curfew/react";
import { useId } from "react";
import { ACTION_LABELS, type AvailableActions, type MemberChange } from "./member-actions.js";
import { memberProblemMessage, useInviteMember } from "./use-members.js";

export function MemberRow({
  member,
  isSelf,
  available,
  onChange,
  onInvited,
}: {
  member: Member;
  isSelf: boolean;
  available: AvailableActions;
  onChange: (change: MemberChange) => void;
  onInvited: (invited: Invited) => void;
}) {
  const id = useId();
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-3 py-4 sm:px-4">
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <div className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 wrap-anywhere">
            <span id={id} className="font-semibold">
              {member.name}
            </span>
            {isSelf && <span className="text-quiet"> (you)</span>}
          </span>
          <span className="curfew-badge">{member.role === "owner" ? "Owner" : "Member"}</span>
          <Status status={member.status} />
        </div>
        <span className="text-quiet text-sm wrap-anywhere">{member.email}</span>
        <span className="text-quiet text-sm">
          <LastSignIn member={member} />
        </span>
      </div>
      {available.kind === "last_owner" ? (
        <p className="text-quiet max-w-64 text-sm">
          The last owner can't be disabled or made a member. Make somebody else an owner first.
        </p>
      ) : (
        <div className="flex flex-wrap gap-2 text-sm">
          {available.actions.map((action) =>
            action === "invite_again" ? (
              <InviteAgainButton key={action} member={member} describedBy={id} onInvited={onInvited} />
            ) : (
              <button
                key={CHANGE_KEYS[action]}
                type="button"
                className="curfew-button"
                aria-describedby={id}
                onClick={() => onChange(action)}
              >
                {ACTION_LABELS[action]}
              </button>
            ),
          )}
        </div>
      )}
    </li>
  );
}

/** A change and its reverse share a key, so that the button keeps the focus. */
const CHANGE_KEYS: Readonly<Record<MemberChange, "role" | "status">> = {
  promote: "role",
  demote: "role",
  disable: "status",
  enable: "status",
};

function Status({ status }: Pick<Member, "status">) {
  switch (status) {
    case "active":
      return null;
    case "invited":
      return (
        <span className="curfew-badge" data-tone="info">
          Invited
        </span>
      );
    case "disabled":
      return (
        <span className="curfew-badge" data-tone="danger">
          Disabled
        </span>
      );
  }
}

function LastSignIn({ member: { status, last_login_at } }: { member: Member }) {
  if (last_login_at !== null) return <Moment at={last_login_at} words={(ago) => `last signed in ${ago}`} />;
  return status === "invited" ? "has not joined yet" : "has not signed in yet";
}

/**
 * Creates another link for an invited member; the previous link stops working.
 *
 * @param describedBy the id of the member's name
 */
function InviteAgainButton({
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
        {invite.isPending ? "One moment…" : ACTION_LABELS.invite_again}
      </button>
      {invite.error !== null && (
        <p className="curfew-fault order-last w-full" role="alert">
          {memberProblemMessage(invite.error)}
        </p>
      )}
    </>
  );
}
