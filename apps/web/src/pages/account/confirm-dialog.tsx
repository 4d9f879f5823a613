import { Dialog } from "@curfew/react";
import { t } from "../../text/translate.js";

/** The texts of a dialog that asks for confirmation. */
export interface Confirmation {
  readonly title: string;
  /** The consequences, and for whom. */
  readonly text: string;
  /** The label of the confirm button. */
  readonly confirm: string;
  /** Whether the button is styled as dangerous. */
  readonly isDestructive: boolean;
}

/**
 * Asks for confirmation; stays open while the action runs, and shows why it failed.
 *
 * @param confirmation null: the dialog is closed
 * @param fault why the last try failed; null if it did not
 */
export function ConfirmDialog({
  confirmation,
  busy,
  fault,
  onConfirm,
  onCancel,
}: {
  confirmation: Confirmation | null;
  busy: boolean;
  fault: string | null;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  const cancel = () => {
    if (!busy) onCancel();
  };
  return (
    <Dialog open={confirmation !== null} title={confirmation?.title ?? ""} onClose={cancel}>
      <p>{confirmation?.text}</p>
      {fault !== null && (
        <p className="curfew-fault" role="alert">
          {fault}
        </p>
      )}
      <div className="curfew-dialog-actions">
        <button type="button" className="curfew-button" onClick={cancel}>
          {t("Cancel")}
        </button>
        <button
          type="button"
          className="curfew-button"
          data-kind={confirmation?.isDestructive ? "danger" : "primary"}
          aria-busy={busy}
          aria-disabled={busy}
          onClick={busy ? undefined : onConfirm}
        >
          {busy ? t("One moment…") : confirmation?.confirm}
        </button>
      </div>
    </Dialog>
  );
}
