import { Dialog } from "../controls/dialog.js";
import { useTexts } from "../provider/context.js";
import type { SavePolicy } from "./use-save-policy.js";

/** Asks once more where saving ends the caller's own session. */
export function OwnEndDialog({ saving }: { saving: SavePolicy }) {
  const { policy: texts, dialog } = useTexts();
  return (
    <Dialog open={saving.asking} title={texts.ownSignOut.title} onClose={saving.cancel}>
      <p>{texts.ownSignOut.text}</p>
      <div className="curfew-dialog-actions">
        <button type="button" className="curfew-button" onClick={saving.cancel}>
          {dialog.cancel}
        </button>
        <button
          type="button"
          className="curfew-button"
          data-kind="danger"
          onClick={() => void saving.save.run(true)}
        >
          {texts.ownSignOut.confirm}
        </button>
      </div>
    </Dialog>
  );
}
