import type { SecurityPolicy } from "@curfew/client";
import { useId, useMemo, useRef } from "react";
import { useFocusFallback } from "../controls/focus.js";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { useSecurityPolicy } from "../server-state/use-resource.js";
import { useTexts } from "../session/context.js";
import { useSession } from "../session/use-session.js";
import { type OnRevoked, RevokeButtons } from "./revoke-sessions.js";
import { useMoreUsers, usersOfPolicy } from "./signed-in-users.js";
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
  const id = useId();
  return (
    <section className="curfew-root curfew-card curfew-sessions" aria-labelledby={id}>
      <h2 id={id} className="curfew-title">
        {texts.title}
      </h2>
      {policy.data === undefined ? (
        <Loading resource={policy} lines={4} />
      ) : (
        <UserList policy={policy.data} onRevoked={onRevoked} />
      )}
    </section>
  );
}

function UserList({ policy, onRevoked }: { policy: SecurityPolicy; onRevoked: OnRevoked | undefined }) {
  const { sessions: texts } = useTexts();
  const state = useSession();
  const ownId = state.status === "signed_in" ? state.user.id : null;
  const firstUsers = useMemo(() => usersOfPolicy(policy.active_users), [policy.active_users]);
  const { users: moreUsers, done, more } = useMoreUsers(firstUsers);
  const users = [...firstUsers, ...moreUsers];
  const isOwnListed = firstUsers.some((user) => user.userId === ownId);
  const otherCount = policy.active_user_count - (isOwnListed ? 1 : 0);
  const summary = useRef<HTMLParagraphElement>(null);
  const focusFallback = useFocusFallback(summary);
  return (
    <div className="curfew-stack" {...focusFallback}>
      <p ref={summary} tabIndex={-1}>
        {policy.active_user_count === 0
          ? texts.noneSignedIn
          : texts.signedInCount(policy.active_user_count, otherCount === 0)}
      </p>
      <ul className="curfew-people">
        {users.map((user) => (
          <UserRow key={user.userId} user={user} isOwn={user.userId === ownId} onRevoked={onRevoked} />
        ))}
      </ul>
      {users.length < policy.active_user_count && !done && <MoreButton more={more} />}
      <Failure problem={more.problem} />
      <RevokeButtons
        sessions={policy.active_session_count}
        people={policy.active_user_count}
        onRevoked={onRevoked}
      />
    </div>
  );
}
