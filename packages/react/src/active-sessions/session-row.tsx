import { isCurfewProblem, type SessionItem } from "@curfew/client";
import { useId } from "react";
import { Button } from "../controls/button.js";
import { SessionDeadlines } from "../deadlines/session-deadlines.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { useResourceStore } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import { Moment } from "../time/moment.js";
import type { OnRevoked } from "./revoke-sessions.js";
import { SessionPlace } from "./session-place.js";

/** One session: device, where it was signed in and last used, last activity, both deadlines, and **Sign out**. */
export function SessionRow({ item, onRevoked }: { item: SessionItem; onRevoked: OnRevoked | undefined }) {
  const id = useId();
  const { sessions: texts } = useTexts();
  const session = useCurfew();
  const store = useResourceStore();
  const signOut = useAction(async () => {
    // Ends as `signed_out`: the caller's tabs must not report that an owner ended the session.
    if (item.current) return session.signOut();
    const count = await session
      .api("DELETE /api/accounts/me/security/sessions/{id}", { id: item.id })
      .then(() => 1, zeroIfNotFound);
    if (count > 0) onRevoked?.(count, "session");
    await store.refresh();
  });
  return (
    <li className="curfew-device">
      <div className="curfew-device-head">
        <span className="curfew-identity">
          <span id={id} className="curfew-name" title={item.device.user_agent ?? undefined}>
            {texts.device(item.device.label)}
          </span>{" "}
          {item.current && <span className="curfew-badge">{texts.thisDevice}</span>}
          <span className="curfew-quiet">
            <SessionPlace item={item} />
            <Moment at={item.last_active_at} words={texts.lastActive} />
          </span>
        </span>
        <Button aria-describedby={id} action={signOut} busyLabel={texts.signingOut}>
          {texts.signOut}
        </Button>
      </div>
      <SessionDeadlines size="small" session={item} />
      <Failure problem={signOut.problem} />
    </li>
  );
}

/** The session has already ended, by another request or a deadline. */
function zeroIfNotFound(error: unknown): number {
  if (isCurfewProblem(error) && error.code === "not_found") return 0;
  throw error;
}
