import type { Invited, Member } from "@curfew/client";
import { Moment } from "@curfew/react";
import { useId } from "react";
import { type Change, DEED_LABELS } from "./change-words.js";
import { InviteAgain } from "./invite-again.js";
import type { Offer } from "./member-deeds.js";

/** Somebody of the account: name, e-mail, role, status, last sign-in, and what an owner may do. */
export function MemberRow({
  member,
  isSelf,
  offer,
  onChange,
  onInvited,
}: {
  member: Member;
  isSelf: boolean;
  offer: Offer;
  onChange: (change: Change) => void;
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
      {offer.kind === "last_owner" ? (
        <p className="text-quiet max-w-64 text-sm">
          The last owner can't be disabled or made a member. Make somebody else an owner first.
        </p>
      ) : (
        <div className="flex flex-wrap gap-2 text-sm">
          {offer.deeds.map((deed) =>
            deed === "invite_again" ? (
              <InviteAgain key={deed} member={member} describedBy={id} onInvited={onInvited} />
            ) : (
              <button
                key={DEED_PLACES[deed]}
                type="button"
                className="curfew-button"
                aria-describedby={id}
                onClick={() => onChange(deed)}
              >
                {DEED_LABELS[deed]}
              </button>
            ),
          )}
        </div>
      )}
    </li>
  );
}

/** A deed and what undoes it share one button, which keeps the focus as it changes. */
const DEED_PLACES: Readonly<Record<Change, "role" | "status">> = {
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
