import type { RevokeScope } from "@curfew/client";
import { useState } from "react";
import { Button } from "../controls/button.js";
import { Dialog, DialogActions } from "../controls/dialog.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { POLICY_KEY, useResourceStore } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";

/** Called after the server has ended sessions: how many, and which. */
export type OnRevoked = (count: number, scope: RevokeScope | "user" | "session") => void;

/**
 * Asks for confirmation, then ends the sessions of the account.
 *
 * @param scope `others` spares only the calling session, `all` spares none
 * @param sessions number of sessions that end
 * @param people number of users who are signed out; with `others`, without the caller
 * @param onRevoked called with the server's count. After `all` the page stays: the host calls `session.leave()`
 * @example <RevokeSessionsModal open scope="others" sessions={36} people={13} onClose={close} onRevoked={toast} />
 */
export function RevokeSessionsModal({
  open,
  scope,
  sessions,
  people,
  onClose,
  onRevoked,
}: {
  open: boolean;
  scope: RevokeScope;
  sessions: number;
  people: number;
  onClose: () => void;
  onRevoked: (count: number, scope: RevokeScope) => void;
}) {
  const { revoke: texts } = useTexts();
  const session = useCurfew();
  const store = useResourceStore();
  const counts = { sessions, people };
  const revoke = useAction(async () => {
    const end = () => session.api("POST /api/accounts/me/security/revoke-sessions", { body: { scope } });
    const { revoked_count } = await (scope === "all" ? session.deferEnd(end) : end());
    onClose();
    onRevoked(revoked_count, scope);
    // After `all` the caller has no session left to make requests with.
    if (scope === "others") void store.refresh();
  });
  const close = () => {
    if (revoke.busy) return;
    revoke.clearProblem();
    onClose();
  };
  return (
    <Dialog open={open} title={texts.title[scope](counts)} onClose={close}>
      <p>{texts.text[scope](counts)}</p>
      <Failure problem={revoke.problem} />
      <DialogActions onCancel={close}>
        <Button kind="danger" action={revoke} busyLabel={texts.busy}>
          {texts.confirm[scope](counts)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** **Sign out everyone except me**, unless the caller is the only user, and **Sign me out and everyone else**. */
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
  const store = useResourceStore();
  const [scope, setScope] = useState<RevokeScope>("others");
  const [open, setOpen] = useState(false);
  const openModal = (next: RevokeScope) => {
    // Others may have signed in or out since the list was read, and the dialog names the count.
    void store.refresh(POLICY_KEY);
    setScope(next);
    setOpen(true);
  };
  const spared = scope === "others" ? 1 : 0;
  return (
    <div className="curfew-actions">
      {people > 1 && <Button onClick={() => openModal("others")}>{texts.signOutOthers}</Button>}
      <Button kind="danger-quiet" onClick={() => openModal("all")}>
        {texts.signOutAll}
      </Button>
      <RevokeSessionsModal
        open={open}
        scope={scope}
        sessions={Math.max(0, sessions - spared)}
        people={Math.max(0, people - spared)}
        onClose={() => setOpen(false)}
        onRevoked={(count, revokedScope) => onRevoked?.(count, revokedScope)}
      />
    </div>
  );
}
