import { Dialog } from "@curfew/react";
import { type FormEvent, type ReactNode, useRef } from "react";
import { FormFault } from "../../form/form-fields.js";
import { type FormFaults, useFocusOnFault } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";

/**
 * A form that asks for what confirms a deletion.
 *
 * @param children says what goes, and the field
 * @param confirm the label of the button; null where the deletion is not possible
 */
export function DeletionDialog({
  title,
  open,
  confirm,
  busy,
  faults,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  open: boolean;
  confirm: string | null;
  busy: boolean;
  faults: FormFaults;
  onSubmit: (data: FormData) => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const form = useRef<HTMLFormElement>(null);
  useFocusOnFault(form, faults);
  const close = () => {
    if (!busy) onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog open={open} title={title} onClose={close}>
      <form ref={form} noValidate className="grid grid-cols-1 gap-4" onSubmit={submit}>
        {children}
        <FormFault text={faults.form} />
        <div className="curfew-dialog-actions">
          <button type="button" className="curfew-button" onClick={close}>
            {confirm === null ? t("Close") : t("Cancel")}
          </button>
          {confirm !== null && (
            <button
              type="submit"
              className="curfew-button"
              data-kind="danger"
              aria-busy={busy}
              aria-disabled={busy}
            >
              {busy ? t("One moment…") : confirm}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
