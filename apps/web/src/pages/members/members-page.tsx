import type { Invited } from "@curfew/client";
import { useState } from "react";
import { LoadFailure } from "../account/load-failure.js";
import { RowsSkeleton } from "../account/rows-skeleton.js";
import { SettingsPage } from "../account/settings-page.js";
import { shownProblem } from "../account/shown-problem.js";
import { InvitationLink } from "./invitation-link.js";
import { InviteForm } from "./invite-form.js";
import { MemberList } from "./member-list.js";
import { useMembers } from "./use-members.js";

/** `/account/members`: who belongs to the account, their roles, and **Invite member** (owners only). */
export function MembersPage() {
  const members = useMembers();
  const problem = shownProblem(members);
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <SettingsPage
      title="Members"
      intro="Owners set the session policy and manage people; members use the account."
    >
      <InviteForm onInvited={setInvited} />
      {invited !== null && <InvitationLink key={invited.invitation.url} invited={invited} />}
      {members.data === undefined && problem === null && <RowsSkeleton />}
      {problem !== null && (
        <LoadFailure problem={problem} busy={members.isFetching} onAgain={() => void members.refetch()} />
      )}
      {members.data !== undefined && <MemberList members={members.data.items} onInvited={setInvited} />}
    </SettingsPage>
  );
}
