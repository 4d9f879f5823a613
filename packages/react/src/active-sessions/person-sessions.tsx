import { useRef } from "react";
import { useFocusFallback } from "../controls/focus.js";
import { useCurfew, useTexts } from "../provider/context.js";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { usePages, useResourceStore } from "../server-state/use-resource.js";
import type { OnRevoked } from "./active-sessions.js";
import type { ActivePerson } from "./people.js";
import { SessionRow } from "./session-row.js";

/** The sessions of one person, newest activity first, and the way to end them all. */
export function PersonSessions({
  person,
  own,
  onRevoked,
}: {
  person: ActivePerson;
  own: boolean;
  onRevoked: OnRevoked | undefined;
}) {
  const { sessions: texts } = useTexts();
  const session = useCurfew();
  const store = useResourceStore();
  const { api } = session;
  const sessions = usePages(`sessions:${person.userId}`, (cursor) =>
    api("GET /api/accounts/me/security/sessions", { query: { user_id: person.userId, ...cursor } }),
  );
  const everywhere = useAction(async () => {
    if (own) {
      await api("POST /api/users/me/sessions/revoke-others");
      return session.signOut();
    }
    const id = person.userId;
    const { revoked_count } = await api("POST /api/accounts/me/security/users/{id}/revoke-sessions", { id });
    onRevoked?.(revoked_count, "user");
    await store.refresh();
  });
  const list = useRef<HTMLUListElement>(null);
  const keptFocus = useFocusFallback(list);
  if (sessions.data === undefined) return <Loading resource={sessions} lines={2} />;
  const { items, next_cursor } = sessions.data;
  return (
    <div className="curfew-person-sessions" {...keptFocus}>
      {items.length === 0 && <p>{texts.noSessions}</p>}
      <ul ref={list} tabIndex={-1} className="curfew-devices" aria-label={texts.sessionsOf(person.name)}>
        {items.map((item) => (
          <SessionRow key={item.id} item={item} onRevoked={onRevoked} />
        ))}
      </ul>
      {next_cursor !== null && <MoreButton more={sessions.more} />}
      <Failure problem={sessions.more.problem ?? everywhere.problem} />
      {items.length > 0 && (
        <button
          type="button"
          className="curfew-button"
          data-kind="danger-quiet"
          aria-disabled={everywhere.busy}
          aria-busy={everywhere.busy}
          onClick={() => void everywhere.run()}
        >
          {everywhere.busy ? texts.signingOut : texts.signOutEverywhere}
        </button>
      )}
    </div>
  );
}
