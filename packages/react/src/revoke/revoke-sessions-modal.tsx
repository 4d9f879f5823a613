import type { RevokeScope } from "@curfew/client";
import { Dialog } from "../controls/dialog.js";
import { useCurfew, useTexts } from "../provider/context.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { useResourceStore } from "../server-state/use-resource.js";

/**
 * Asks before many sessions end, and ends them.
 *
 * @param scope `others` spares the session that asks and nothing else; `all` spares nothing
 * @param sessions how many sessions will end
 * @param people of how many people: with `others`, those besides the one who asks
 * @param onRevoked called with the server's count. After `all` this tab still stands: the host calls `session.leave()`
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
  const { revoke: texts, dialog } = useTexts();
  const session = useCurfew();
  const store = useResourceStore();
  const counts = { sessions, people };
  const revoke = useAction(async () => {
    const { revoked_count } =
      scope === "all"
        ? await session.endEverySession()
        : await session.api("POST /api/accounts/me/security/revoke-sessions", { body: { scope } });
    onClose();
    onRevoked(revoked_count, scope);
    // After `all` there is no session left that could ask for anything.
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
      <div className="curfew-dialog-actions">
        <button type="button" className="curfew-button" onClick={close}>
          {dialog.cancel}
        </button>
        <button
          type="button"
          className="curfew-button"
          data-kind="danger"
          aria-disabled={revoke.busy}
          aria-busy={revoke.busy}
          onClick={() => void revoke.run()}
        >
          {revoke.busy ? texts.busy : texts.confirm[scope](counts)}
        </button>
      </div>
    </Dialog>
  );
}
