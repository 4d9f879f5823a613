import type { RevokeScope, SecurityPolicy } from "@curfew/client";
import { useId, useMemo, useRef } from "react";
import { useFocusFallback } from "../controls/focus.js";
import { useSession } from "../hooks/use-session.js";
import { useTexts } from "../provider/context.js";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { useSecurityPolicy } from "../server-state/use-resource.js";
import { peopleOf } from "./people.js";
import { PersonRow } from "./person-row.js";
import { RevokeButtons } from "./revoke-buttons.js";
import { useMorePeople } from "./use-more-people.js";

/** Told when sessions have been ended from here: how many, and which. */
export type OnRevoked = (count: number, scope: RevokeScope | "user" | "session") => void;

/**
 * Everybody who is signed in to the account, with their sessions, and the ways to end them (owners only).
 *
 * @param onRevoked called once the server has ended sessions. After `all` the host says so and calls `session.leave()`
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
        <People policy={policy.data} onRevoked={onRevoked} />
      )}
    </section>
  );
}

function People({ policy, onRevoked }: { policy: SecurityPolicy; onRevoked: OnRevoked | undefined }) {
  const { sessions: texts } = useTexts();
  const state = useSession();
  const ownId = state.status === "signed_in" ? state.user.id : null;
  const first = useMemo(() => peopleOf(policy.active_users), [policy.active_users]);
  const { people, done, more } = useMorePeople(first);
  const all = [...first, ...people];
  const others = policy.active_user_count - (first.some((person) => person.userId === ownId) ? 1 : 0);
  const isMissingSome = all.length < policy.active_user_count && !done;
  const summary = useRef<HTMLParagraphElement>(null);
  const keptFocus = useFocusFallback(summary);
  return (
    <div className="curfew-stack" {...keptFocus}>
      <p ref={summary} tabIndex={-1}>
        {policy.active_user_count === 0
          ? texts.noneSignedIn
          : texts.signedInCount(policy.active_user_count, others === 0)}
      </p>
      <ul className="curfew-people">
        {all.map((person) => (
          <PersonRow
            key={person.userId}
            person={person}
            own={person.userId === ownId}
            onRevoked={onRevoked}
          />
        ))}
      </ul>
      {isMissingSome && <MoreButton more={more} />}
      <Failure problem={more.problem} />
      <RevokeButtons
        sessions={policy.active_session_count}
        people={policy.active_user_count}
        onRevoked={onRevoked}
      />
    </div>
  );
}
