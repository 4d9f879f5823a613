import type { RevokeScope } from "@curfew/client";
import { useState } from "react";
import { useTexts } from "../provider/context.js";
import { RevokeSessionsModal } from "../revoke/revoke-sessions-modal.js";
import type { OnRevoked } from "./active-sessions.js";

/** **Sign out everyone except me**, where there is anybody else, and **Sign me out and everyone else**; each asks first. */
export function RevokeButtons({
  sessions,
  people,
  onRevoked,
}: {
  sessions: number;
  people: number;
  onRevoked: OnRevoked | undefined;
}) {
  const { sessions: texts } = useTexts();
  const [scope, setScope] = useState<RevokeScope>("others");
  const [open, setOpen] = useState(false);
  const ask = (asked: RevokeScope) => {
    setScope(asked);
    setOpen(true);
  };
  const others = scope === "others" ? 1 : 0;
  return (
    <div className="curfew-actions">
      {people > 1 && (
        <button type="button" className="curfew-button" onClick={() => ask("others")}>
          {texts.signOutOthers}
        </button>
      )}
      <button type="button" className="curfew-button" data-kind="danger-quiet" onClick={() => ask("all")}>
        {texts.signOutAll}
      </button>
      <RevokeSessionsModal
        open={open}
        scope={scope}
        sessions={Math.max(0, sessions - others)}
        people={Math.max(0, people - others)}
        onClose={() => setOpen(false)}
        onRevoked={(count, ended) => onRevoked?.(count, ended)}
      />
    </div>
  );
}
