import type { SecurityPolicy } from "@curfew/client";
import { useDeferredValue, useEffect, useRef } from "react";
import { Card } from "../controls/card.js";
import { useFocusFallback } from "../controls/focus.js";
import { SearchField } from "../search/search-field.js";
import { useSearch } from "../search/use-search.js";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { POLICY_KEY, useResourceStore, useSecurityPolicy } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import { useSession } from "../session/use-session.js";
import { onTick } from "../time/use-now.js";
import { type OnRevoked, RevokeButtons } from "./revoke-sessions.js";
import { useActiveUsers } from "./use-active-users.js";
import { UserRow } from "./user-row.js";

/**
 * Lists the users who are signed in to the account, with their sessions and buttons to end them (owners only).
 *
 * @param onRevoked called after the server has ended sessions. After scope `all`, call `session.leave()`
 * @example <ActiveSessions onRevoked={(count) => toast(`${count} sessions signed out`)} />
 */
export function ActiveSessions({ onRevoked }: { onRevoked?: OnRevoked }) {
  const { sessions: texts } = useTexts();
  const policy = useSecurityPolicy();
  useFollowing();
  return (
    <Card kind="sessions" title={texts.title}>
      {policy.data === undefined ? (
        <Loading resource={policy} lines={4} />
      ) : (
        <UserList policy={policy.data} onRevoked={onRevoked} />
      )}
    </Card>
  );
}

/** How often the list follows the sign-ins and ends of others while the page is visible. */
const FOLLOW_MS = 30_000;

/** With more users than this, they can be searched. */
const UNSEARCHED_MAX = 10;

/** The rows that come first; the others follow at once, while the page can be used. */
const FIRST_ROWS = 20;

function UserList({ policy, onRevoked }: { policy: SecurityPolicy; onRevoked: OnRevoked | undefined }) {
  const { sessions: texts } = useTexts();
  const state = useSession();
  const ownId = state.status === "signed_in" ? state.user.id : null;
  const search = useSearch();
  const { listed, failed, isSearching, more } = useActiveUsers(policy, search.q);
  const rowsMax = useDeferredValue(Number.POSITIVE_INFINITY, FIRST_ROWS);
  const isOnlySelf = policy.active_user_count === 1 && policy.active_users[0]?.user_id === ownId;
  const summary = useRef<HTMLParagraphElement>(null);
  const focusFallback = useFocusFallback(summary);
  return (
    <div className="curfew-stack" {...focusFallback}>
      <p ref={summary} tabIndex={-1}>
        {policy.active_user_count === 0
          ? texts.noneSignedIn
          : texts.signedInCount(policy.active_user_count, isOnlySelf)}
      </p>
      {(policy.active_user_count > UNSEARCHED_MAX || search.text !== "") && (
        <SearchField search={search} found={failed ? null : listed} />
      )}
      {failed ? (
        <Loading resource={failed} lines={0} />
      ) : (
        <ul className="curfew-people" aria-busy={isSearching}>
          {listed?.items.slice(0, rowsMax).map((user) => (
            <UserRow key={user.id} user={user} q={listed.q} isOwn={user.id === ownId} onRevoked={onRevoked} />
          ))}
        </ul>
      )}
      {listed?.hasMore && !failed && <MoreButton more={more} />}
      <Failure problem={more.problem} />
      <RevokeButtons
        sessions={policy.active_session_count}
        people={policy.active_user_count}
        onRevoked={onRevoked}
      />
    </div>
  );
}

/** Reads the list again every 30 s while the page is visible, and when it becomes visible. */
function useFollowing(): void {
  const session = useCurfew();
  const store = useResourceStore();
  useEffect(
    () =>
      onTick(
        () => FOLLOW_MS,
        () => {
          if (!document.hidden && session.getState().status === "signed_in") void store.refresh(POLICY_KEY);
        },
      ),
    [session, store],
  );
}
