import type { Invited, Member } from "@curfew/client";
import { useState } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { Rows } from "../account/rows.js";
import { type Asked, ChangeDialog } from "./change-dialog.js";
import { type Deed, offerOf } from "./member-deeds.js";
import { MemberRow } from "./member-row.js";

/**
 * Everybody in the account and who was asked to join, each with what an owner may do.
 *
 * @param onInvited called with the new link where somebody was invited again
 */
export function MemberList({
  members,
  onInvited,
}: {
  members: readonly Member[];
  onInvited: (invited: Invited) => void;
}) {
  const user = useUser();
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = (member: Member, change: Exclude<Deed, "invite_again">) =>
    setAsked({ member, change, isSelf: member.id === user.id });
  return (
    <section className="grid grid-cols-1 gap-3">
      <h2>Everybody in {user.account.name}</h2>
      <Rows label="Members">
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            isSelf={member.id === user.id}
            offer={offerOf(member, members)}
            onChange={(change) => ask(member, change)}
            onInvited={onInvited}
          />
        ))}
      </Rows>
      <ChangeDialog asked={asked} onClose={() => setAsked(null)} />
    </section>
  );
}
