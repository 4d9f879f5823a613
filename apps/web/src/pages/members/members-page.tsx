import type { Invited, Member } from "@curfew/client";
import { useState } from "react";
import { useStateUntilHeld, WhileSignedIn } from "../../app/gate/held-page.js";
import { useUser } from "../../app/gate/user-context.js";
import { showSuccess } from "../../app/toasts.js";
import { ConfirmDialog } from "../account/confirm-dialog.js";
import { LoadFailure, Rows, RowsSkeleton, shownProblem } from "../account/loaded-list.js";
import { SettingsPage } from "../account/settings-page.js";
import { InvitationLink } from "./invitation-link.js";
import { InviteForm } from "./invite-form.js";
import { availableActions, changeConfirmation, changeToast, type MemberChange } from "./member-actions.js";
import { MemberRow } from "./member-row.js";
import {
  memberProblemMessage,
  membersOf,
  useChangeMember,
  useIsLastOwner,
  useMembers,
} from "./use-members.js";

/** `/account/members`: the account's members and **Invite member** (owners only). */
export function MembersPage() {
  const [invited, setInvited] = useStateUntilHeld<Invited | null>(null);
  return (
    <SettingsPage
      title="Members"
      intro="Owners set the session policy and manage people; members use the account."
    >
      <InviteForm onInvited={setInvited} />
      <WhileSignedIn>
        {invited !== null && <InvitationLink key={invited.invitation.url} invited={invited} />}
        <Members onInvited={setInvited} />
      </WhileSignedIn>
    </SettingsPage>
  );
}

/** @param onInvited as in `MemberList` */
function Members({ onInvited }: { onInvited: (invited: Invited) => void }) {
  const members = useMembers();
  const problem = shownProblem(members);
  return (
    <>
      {members.data === undefined && problem === null && <RowsSkeleton />}
      {problem !== null && (
        <LoadFailure
          problem={problem}
          busy={members.isFetching}
          onRetry={() => void (members.isFetchNextPageError ? members.fetchNextPage() : members.refetch())}
        />
      )}
      {members.data !== undefined && (
        <MemberList
          members={membersOf(members.data)}
          isComplete={!members.hasNextPage}
          onInvited={onInvited}
        />
      )}
      {members.hasNextPage && (
        <button
          type="button"
          className="curfew-button justify-self-start"
          aria-busy={members.isFetchingNextPage}
          aria-disabled={members.isFetchingNextPage}
          onClick={() => void members.fetchNextPage()}
        >
          {members.isFetchingNextPage ? "Loading…" : "Show more"}
        </button>
      )}
    </>
  );
}

/**
 * @param isComplete whether these are all members of the account
 * @param onInvited called with the new link when a member was invited again
 */
function MemberList({
  members,
  isComplete,
  onInvited,
}: {
  members: readonly Member[];
  isComplete: boolean;
  onInvited: (invited: Invited) => void;
}) {
  const user = useUser();
  // The user is an owner who can sign in, or would not see this page: nobody else can be the last one.
  const isLastOwner = useIsLastOwner(user, members, isComplete);
  const [pending, setPending] = useState<PendingChange | null>(null);
  return (
    <section className="grid grid-cols-1 gap-3">
      <h2>Everybody in {user.account.name}</h2>
      <Rows label="Members">
        {members.map((member) => {
          const isSelf = member.id === user.id;
          return (
            <MemberRow
              key={member.id}
              member={member}
              isSelf={isSelf}
              available={availableActions(member, isSelf && isLastOwner)}
              onChange={(change) => setPending({ member, change, isSelf })}
              onInvited={onInvited}
            />
          );
        })}
      </Rows>
      <ChangeDialog pending={pending} onClose={() => setPending(null)} />
    </section>
  );
}

/** A change to be confirmed. */
interface PendingChange {
  readonly member: Member;
  readonly change: MemberChange;
  readonly isSelf: boolean;
}

/** @param pending null: the dialog is closed */
function ChangeDialog({ pending, onClose }: { pending: PendingChange | null; onClose: () => void }) {
  const mutation = useChangeMember();
  const close = () => {
    mutation.reset();
    onClose();
  };
  const confirm = (confirmed: PendingChange) =>
    mutation.mutate(confirmed, {
      onSuccess() {
        close();
        showSuccess(changeToast(confirmed.change, confirmed.member));
      },
    });
  return (
    <ConfirmDialog
      confirmation={pending && changeConfirmation(pending.change, pending.member, pending.isSelf)}
      busy={mutation.isPending}
      fault={mutation.error && memberProblemMessage(mutation.error)}
      onConfirm={() => pending && confirm(pending)}
      onCancel={close}
    />
  );
}
