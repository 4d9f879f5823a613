import type { Member } from "@curfew/client";
import { SearchField, useSearch } from "@curfew/react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useStateUntilHeld, WhileSignedIn } from "../../app/gate/held-page.js";
import { useUser } from "../../app/gate/user-context.js";
import { showSuccess } from "../../app/toasts.js";
import { t } from "../../text/translate.js";
import { ConfirmDialog } from "../account/confirm-dialog.js";
import { LoadFailure, Rows, RowsSkeleton, shownProblem } from "../account/loaded-list.js";
import { SettingsPage } from "../account/settings-page.js";
import { InviteForm } from "./invite-form.js";
import {
  availableActions,
  changeConfirmation,
  changeToast,
  endsLink,
  isRemoval,
  type MemberChange,
} from "./member-actions.js";
import { MemberRow } from "./member-row.js";
import { OneTimeLink, type ShownLink, shownInvitation } from "./one-time-link.js";
import {
  foundMembers,
  memberProblemMessage,
  useChangeMember,
  useIsLastOwner,
  useMembers,
} from "./use-members.js";

/** `/account/members`: the account's members, then **Invite member** (owners only). */
export function MembersPage() {
  const [link, setLink] = useStateUntilHeld<ShownLink | null>(null);
  const inviting = useRef<HTMLDivElement>(null);
  // Behind a list that is still loading, the form would move as it arrives.
  const { isPending } = useMembers("");
  return (
    <SettingsPage
      title={t("Members")}
      intro={t("Owners set the session policy and manage people; members use the account.")}
    >
      <WhileSignedIn>
        {/* The list is long, and the form stands behind it. */}
        <button
          type="button"
          className="curfew-button justify-self-start"
          onClick={() => inviting.current?.querySelector("input")?.focus()}
        >
          {t("Invite somebody")}
        </button>
        {link !== null && <OneTimeLink key={link.url} link={link} />}
        <Members onLink={setLink} onLinkEnd={(memberId) => link?.memberId === memberId && setLink(null)} />
      </WhileSignedIn>
      {!isPending && (
        <div ref={inviting}>
          <InviteForm onInvited={(invited) => setLink(shownInvitation(invited))} />
        </div>
      )}
    </SettingsPage>
  );
}

/** What `MemberList` reports of links. */
interface OnLinks {
  /** Called with the new link when one was made for a member. */
  readonly onLink: (link: ShownLink) => void;
  /** Called with the id of a member whose links open nothing any more. */
  readonly onLinkEnd: (memberId: string) => void;
}

function Members(onLinks: OnLinks) {
  const { account } = useUser();
  const search = useSearch();
  const members = useMembers(search.q);
  const found = members.data === undefined ? null : foundMembers(members.data);
  // Of a search that is under way or has failed, nothing is known, whatever was found before.
  const isBefore = members.isPlaceholderData;
  const problem = shownProblem(isBefore ? { ...members, data: undefined } : members);
  const shown = isBefore && problem !== null ? null : found;
  const list = useRef<HTMLUListElement>(null);
  const showMore = async () => {
    const { hasNextPage } = await members.fetchNextPage();
    if (!hasNextPage) list.current?.focus();
  };
  return (
    <section className="grid grid-cols-1 gap-3">
      <h2 className="wrap-anywhere">{t("Everybody in {account}", { account: account.name })}</h2>
      <SearchField search={search} found={shown} />
      {shown === null && problem === null && <RowsSkeleton />}
      {problem !== null && (
        <LoadFailure
          problem={problem}
          busy={members.isFetching}
          onRetry={() => void (members.isFetchNextPageError ? members.fetchNextPage() : members.refetch())}
        />
      )}
      {shown !== null && <MemberList found={shown} isBusy={isBefore} list={list} {...onLinks} />}
      {members.hasNextPage && !isBefore && (
        <button
          type="button"
          className="curfew-button justify-self-start"
          aria-busy={members.isFetchingNextPage}
          aria-disabled={members.isFetchingNextPage}
          onClick={() => void showMore()}
        >
          {members.isFetchingNextPage ? t("Loading…") : t("Show more")}
        </button>
      )}
    </section>
  );
}

/** @param isBusy whether other members are searched for */
function MemberList({
  found: { q, items: members, hasMore },
  isBusy,
  list,
  onLink,
  onLinkEnd,
}: OnLinks & {
  found: ReturnType<typeof foundMembers>;
  isBusy: boolean;
  list: RefObject<HTMLUListElement | null>;
}) {
  const user = useUser();
  // The user is an owner who can sign in, or would not see this page: nobody else can be the last one.
  const isLastOwner = useIsLastOwner(user, members, q === "" && !hasMore);
  const [pending, setPending] = useState<PendingChange | null>(null);
  const [isRemoved, setIsRemoved] = useState(false);
  // The closed dialog gives the focus back to its button, which has left the page with its row.
  useEffect(() => {
    if (isRemoved && pending === null) list.current?.focus();
    setIsRemoved(false);
  }, [isRemoved, pending, list]);
  return (
    <>
      <Rows label={t("Members")} ref={list} isBusy={isBusy}>
        {members.map((member) => {
          const isSelf = member.id === user.id;
          return (
            <MemberRow
              key={member.id}
              member={member}
              q={q}
              isSelf={isSelf}
              available={availableActions(member, isSelf && isLastOwner)}
              onChange={(change) => setPending({ member, change, isSelf })}
              onLink={onLink}
            />
          );
        })}
      </Rows>
      <ChangeDialog
        pending={pending}
        onClose={() => setPending(null)}
        onRemoved={() => setIsRemoved(true)}
        onLinkEnd={onLinkEnd}
      />
    </>
  );
}

/** A change to be confirmed. */
interface PendingChange {
  readonly member: Member;
  readonly change: MemberChange;
  readonly isSelf: boolean;
}

/**
 * @param pending null: the dialog is closed
 * @param onRemoved called when a member has left the list, with the button that had the focus
 */
function ChangeDialog({
  pending,
  onClose,
  onRemoved,
  onLinkEnd,
}: Pick<OnLinks, "onLinkEnd"> & {
  pending: PendingChange | null;
  onClose: () => void;
  onRemoved: () => void;
}) {
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
        if (endsLink(confirmed.change)) onLinkEnd(confirmed.member.id);
        if (isRemoval(confirmed.change)) onRemoved();
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
