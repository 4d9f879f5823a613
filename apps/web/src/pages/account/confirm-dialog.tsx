import { Dialog } from "@curfew/react";

/** What is asked before something is done that is not easily undone. */
export interface Question {
  readonly title: string;
  /** What it does, and to whom. */
  readonly text: string;
  /** The button that does it. */
  readonly confirm: string;
  /** It takes something away from somebody. */
  readonly isHarsh: boolean;
}

/**
 * Asks a question before something is done; stays while it is being done, and where that fails says why.
 *
 * @param question null: nothing is asked
 * @param fault why the last try failed, in words; null where it did not
 */
export function ConfirmDialog({
  question,
  busy,
  fault,
  onConfirm,
  onCancel,
}: {
  question: Question | null;
  busy: boolean;
  fault: string | null;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  const cancel = () => {
    if (!busy) onCancel();
  };
  return (
    <Dialog open={question !== null} title={question?.title ?? ""} onClose={cancel}>
      <p>{question?.text}</p>
      {fault !== null && (
        <p className="curfew-fault" role="alert">
          {fault}
        </p>
      )}
      <div className="curfew-dialog-actions">
        <button type="button" className="curfew-button" onClick={cancel}>
          Cancel
        </button>
        <button
          type="button"
          className="curfew-button"
          data-kind={question?.isHarsh ? "danger" : "primary"}
          aria-busy={busy}
          aria-disabled={busy}
          onClick={busy ? undefined : onConfirm}
        >
          {busy ? "One moment…" : question?.confirm}
        </button>
      </div>
    </Dialog>
  );
}
