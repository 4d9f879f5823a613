import type { SessionItem } from "@curfew/client";
import { Moment, SessionDeadlines } from "@curfew/react";
import { useId } from "react";
import { problemWords } from "../../words/problem-words.js";
import { useEndOwnSession } from "./use-own-sessions.js";

/**
 * One of the person's own sessions: device, address, when it was used, when it ends, and **Sign out**.
 *
 * @param onEnded called once it has been signed out; not where it is the session of this page
 */
export function OwnSessionRow({ item, onEnded }: { item: SessionItem; onEnded: () => void }) {
  const id = useId();
  const end = useEndOwnSession(item, onEnded);
  return (
    <li className="grid grid-cols-1 gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <Device item={item} id={id} />
        <button
          type="button"
          className="curfew-button text-sm"
          aria-describedby={id}
          aria-disabled={end.isPending}
          aria-busy={end.isPending}
          onClick={end.isPending ? undefined : () => end.mutate()}
        >
          {end.isPending ? "Signing out…" : "Sign out"}
        </button>
      </div>
      <SessionDeadlines size="small" session={item} />
      {end.error !== null && (
        <p className="curfew-fault" role="alert">
          {problemWords(end.error)}
        </p>
      )}
    </li>
  );
}

function Device({ item, id }: { item: SessionItem; id: string }) {
  const { label, user_agent, ip } = item.device;
  return (
    <div className="min-w-0 flex-1 basis-48">
      <div className="flex flex-wrap items-center gap-x-2">
        <span id={id} className="font-semibold wrap-anywhere" title={user_agent ?? undefined}>
          {label ?? "Unknown device"}
        </span>
        {item.current && <span className="curfew-badge">This device</span>}
      </div>
      <div className="text-quiet text-sm wrap-anywhere">
        {ip !== null && `${ip} · `}
        <Moment at={item.last_active_at} words={(ago) => `last active ${ago}`} />
      </div>
    </div>
  );
}
