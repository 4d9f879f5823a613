import { useId, useRef, useState } from "react";
import { Button } from "../controls/button.js";
import { useFocusFallback } from "../controls/focus.js";
import { ChevronIcon } from "../controls/icons.js";
import { Marked } from "../search/marked.js";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { usePages, useResourceStore } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import { Moment } from "../time/moment.js";
import type { OnRevoked } from "./revoke-sessions.js";
import { SessionRow } from "./session-row.js";
import type { SignedInUser } from "./use-active-users.js";

interface UserProps {
  user: SignedInUser;
  /** Whether this is the caller. */
  isOwn: boolean;
  onRevoked: OnRevoked | undefined;
}

/**
 * A user as a disclosure that opens to their sessions.
 *
 * @param q what the user was searched by, which is marked
 */
export function UserRow({ q, ...props }: UserProps & { q: string }) {
  const { user, isOwn } = props;
  const { sessions: texts } = useTexts();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className="curfew-person" data-open={open}>
      <div className="curfew-person-head">
        <button
          type="button"
          className="curfew-disclosure"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <ChevronIcon />
          <span className="curfew-identity">
            <span className="curfew-name">
              <Marked text={user.name} q={q} /> {isOwn && <span className="curfew-quiet">{texts.you}</span>}
            </span>{" "}
            <span className="curfew-quiet">
              <Marked text={user.email} q={q} />
            </span>
          </span>
        </button>
        <span className="curfew-times curfew-quiet">
          <span>
            {user.last_login_at === null ? (
              texts.neverSignedIn
            ) : (
              <Moment at={user.last_login_at} words={texts.signedIn} />
            )}
          </span>
          <span>
            <Moment at={user.last_active_at} words={texts.lastActive} />
            {" · "}
            <span>{texts.sessionCount(user.session_count)}</span>
          </span>
        </span>
      </div>
      <div id={id} hidden={!open}>
        {open && <UserSessions {...props} />}
      </div>
    </li>
  );
}

/** The user's sessions, newest activity first, and **Sign out everywhere**. */
function UserSessions({ user, isOwn, onRevoked }: UserProps) {
  const { sessions: texts } = useTexts();
  const session = useCurfew();
  const store = useResourceStore();
  const { api } = session;
  const sessions = usePages(`sessions:${user.id}`, (cursor) =>
    api("GET /api/accounts/me/security/sessions", { query: { user_id: user.id, ...cursor } }),
  );
  const signOutEverywhere = useAction(async () => {
    // The caller's own session ends last and as `signed_out`, since it makes the other request.
    if (isOwn) {
      await api("POST /api/users/me/sessions/revoke-others");
      return session.signOut();
    }
    const id = user.id;
    const { revoked_count } = await api("POST /api/accounts/me/security/users/{id}/revoke-sessions", { id });
    onRevoked?.(revoked_count, "user");
    await store.refresh();
  });
  const list = useRef<HTMLUListElement>(null);
  const focusFallback = useFocusFallback(list);
  if (sessions.data === undefined) return <Loading resource={sessions} lines={2} />;
  const { items, next_cursor } = sessions.data;
  return (
    <div className="curfew-person-sessions" {...focusFallback}>
      {items.length === 0 && <p>{texts.noSessions}</p>}
      <ul ref={list} tabIndex={-1} className="curfew-devices" aria-label={texts.sessionsOf(user.name)}>
        {items.map((item) => (
          <SessionRow key={item.id} item={item} onRevoked={onRevoked} />
        ))}
      </ul>
      {next_cursor !== null && <MoreButton more={sessions.more} />}
      <Failure problem={sessions.more.problem ?? signOutEverywhere.problem} />
      {items.length > 0 && (
        <Button kind="danger-quiet" action={signOutEverywhere} busyLabel={texts.signingOut}>
          {texts.signOutEverywhere}
        </Button>
      )}
    </div>
  );
}
