import type { Member } from "@curfew/client";
import { Marked, Moment } from "@curfew/react";
import { useId } from "react";
import { t } from "../../text/translate.js";
import {
  ACTION_LABELS,
  type AvailableActions,
  type LinkAction,
  type MemberChange,
} from "./member-actions.js";
import { type ShownLink, shownInvitation, shownPasswordLink } from "./one-time-link.js";
import { memberProblemMessage, useInviteMember, useMakePasswordLink } from "./use-members.js";

export function MemberRow({
  member,
  q,
  isSelf,
  available,
  onChange,
  onLink,
}: {
  member: Member;
  /** What was searched for, which is marked. */
  q: string;
  isSelf: boolean;
  available: AvailableActions;
  onChange: (change: MemberChange) => void;
  onLink: (link: ShownLink) => void;
}) {
  const id = useId();
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-3 py-4 sm:px-4">
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <div className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 wrap-anywhere">
            <span id={id} className="font-semibold">
              <Marked text={member.name} q={q} />
            </span>
            {isSelf && <span className="text-quiet"> {t("(you)")}</span>}
          </span>
          <span className="curfew-badge">{member.role === "owner" ? t("Owner") : t("Member")}</span>
          <Status status={member.status} />
        </div>
        <span className="text-quiet text-sm wrap-anywhere">
          <Marked text={member.email} q={q} />
        </span>
        <span className="text-quiet text-sm">
          <LastSignIn member={member} />
        </span>
      </div>
      {available.kind === "last_owner" ? (
        <p className="text-quiet w-full text-sm">
          {t(
            "The last owner can't be disabled, deleted or made a member. Make somebody else an owner first.",
          )}
        </p>
      ) : (
        <div className="flex w-full flex-wrap gap-2 text-sm">
          {available.actions.map((action) =>
            action === "invite_again" ? (
              <InviteAgainButton key={action} member={member} describedBy={id} onLink={onLink} />
            ) : action === "password_link" ? (
              <PasswordLinkButton key={action} member={member} describedBy={id} onLink={onLink} />
            ) : (
              <button
                key={CHANGE_KEYS[action]}
                type="button"
                className="curfew-button"
                aria-describedby={id}
                onClick={() => onChange(action)}
              >
                {t(ACTION_LABELS[action])}
              </button>
            ),
          )}
        </div>
      )}
    </li>
  );
}

/** A change and its reverse share a key, so that the button keeps the focus. */
const CHANGE_KEYS: Readonly<Record<MemberChange, "role" | "status" | "removal">> = {
  promote: "role",
  demote: "role",
  disable: "status",
  enable: "status",
  withdraw: "removal",
  delete: "removal",
};

function Status({ status }: Pick<Member, "status">) {
  switch (status) {
    case "active":
      return null;
    case "invited":
      return (
        <span className="curfew-badge" data-tone="info">
          {t("Invited")}
        </span>
      );
    case "disabled":
      return (
        <span className="curfew-badge" data-tone="danger">
          {t("Disabled")}
        </span>
      );
  }
}

function LastSignIn({ member: { status, last_login_at } }: { member: Member }) {
  if (last_login_at !== null)
    return <Moment at={last_login_at} words={(ago) => t("last signed in {ago}", { ago })} />;
  return status === "invited" ? t("has not joined yet") : t("has not signed in yet");
}

interface LinkButtonProps {
  readonly member: Member;
  /** The id of the member's name. */
  readonly describedBy: string;
  readonly onLink: (link: ShownLink) => void;
}

/** Creates another link for an invited member; the previous link stops working. */
function InviteAgainButton({ member: { name, email, role }, describedBy, onLink }: LinkButtonProps) {
  const { mutate, isPending, error } = useInviteMember();
  const onClick = () =>
    mutate({ name, email, role }, { onSuccess: (invited) => onLink(shownInvitation(invited)) });
  return <ActionButton action="invite_again" {...{ describedBy, isPending, error, onClick }} />;
}

/** Creates a link to a new password; a previous one stops working. */
function PasswordLinkButton({ member, describedBy, onLink }: LinkButtonProps) {
  const { mutate, isPending, error, reset } = useMakePasswordLink();
  const onClick = () =>
    mutate(member, {
      onSuccess(link) {
        onLink(shownPasswordLink(member, link));
        reset();
      },
    });
  return <ActionButton action="password_link" {...{ describedBy, isPending, error, onClick }} />;
}

function ActionButton({
  action,
  describedBy,
  isPending,
  error,
  onClick,
}: {
  action: LinkAction;
  describedBy: string;
  isPending: boolean;
  error: Error | null;
  onClick: () => void;
}) {
  return (
    <>
      <button
        type="button"
        className="curfew-button"
        aria-describedby={describedBy}
        aria-busy={isPending}
        aria-disabled={isPending}
        onClick={isPending ? undefined : onClick}
      >
        {isPending ? t("One moment…") : t(ACTION_LABELS[action])}
      </button>
      {error !== null && (
        <p className="curfew-fault order-last w-full" role="alert">
          {memberProblemMessage(error)}
        </p>
      )}
    </>
  );
}
