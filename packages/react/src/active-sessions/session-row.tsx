import { CurfewProblem, type SessionItem } from "@curfew/client";
import { useId } from "react";
import { SessionDeadlines } from "../deadlines/session-deadlines.js";
import { useCurfew, useTexts } from "../provider/context.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { useResourceStore } from "../server-state/use-resource.js";
import { Moment } from "../time/moment.js";
import type { OnRevoked } from "./active-sessions.js";

/** One session: its device, where and when it was used, both deadlines, and **Sign out**. */
export function SessionRow({ item, onRevoked }: { item: SessionItem; onRevoked: OnRevoked | undefined }) {
  const id = useId();
  const { sessions: texts } = useTexts();
  const session = useCurfew();
  const store = useResourceStore();
  const device = item.device.label ?? texts.unknownDevice;
  const end = useAction(async () => {
    // Signing out is what the person does to the session that asks: no tab is told that an owner ended it.
    if (item.current) return session.signOut();
    const count = await session
      .api("DELETE /api/accounts/me/security/sessions/{id}", { id: item.id })
      .then(() => 1, noneLeft);
    if (count > 0) onRevoked?.(count, "session");
    await store.refresh();
  });
  return (
    <li className="curfew-device">
      <div className="curfew-device-head">
        <span className="curfew-who">
          <span id={id} className="curfew-name" title={item.device.user_agent ?? undefined}>
            {device}
          </span>{" "}
          {item.current && <span className="curfew-badge">{texts.thisDevice}</span>}
          <span className="curfew-quiet">
            {item.device.ip !== null && <span>{item.device.ip} · </span>}
            <Moment at={item.last_active_at} words={texts.lastActive} />
          </span>
        </span>
        <button
          type="button"
          className="curfew-button"
          aria-describedby={id}
          aria-disabled={end.busy}
          aria-busy={end.busy}
          onClick={() => void end.run()}
        >
          {end.busy ? texts.signingOut : texts.signOut}
        </button>
      </div>
      <SessionDeadlines size="small" session={item} />
      <Failure problem={end.problem} />
    </li>
  );
}

/** What is over can't be ended: somebody else, or a deadline, was first. */
function noneLeft(error: unknown): number {
  if (error instanceof CurfewProblem && error.code === "not_found") return 0;
  throw error;
}
