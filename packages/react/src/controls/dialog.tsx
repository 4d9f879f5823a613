import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef } from "react";
import { useTexts } from "../session/context.js";
import { Button } from "./button.js";
import { usePageEffect } from "./use-page-effect.js";

/**
 * A modal dialog based on the native `<dialog>`. Escape and a click on the backdrop request closing, Tab stays inside,
 * and closing restores the focus (WAI-ARIA APG, dialog (modal) pattern).
 *
 * @param title the accessible name, shown as the heading
 * @param onClose called on a request to close; the dialog stays until `open` is false
 * @example <Dialog open={open} title="Sign out everyone?" onClose={() => setOpen(false)}>…</Dialog>
 */
export function Dialog({
  open,
  title,
  onClose,
  children,
}: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isPressOutside = useRef(false);
  const id = useId();
  usePageEffect(() => {
    const element = dialog.current;
    if (!open || element === null) return;
    element.showModal();
    // Also runs when an open dialog unmounts: only `close()` restores the focus.
    return () => element.close();
  }, [open]);
  // Browsers close the dialog on the second Escape even if the first was cancelled. `open` decides, so reopen it.
  const onNativeClose = () => {
    if (!open || dialog.current?.open) return;
    dialog.current?.showModal();
    onClose();
  };
  const isOutside = (event: PointerEvent) => {
    const box = dialog.current?.getBoundingClientRect();
    if (box === undefined || event.target !== dialog.current) return false;
    const { clientX: x, clientY: y } = event;
    return x < box.left || x > box.right || y < box.top || y > box.bottom;
  };
  return (
    <dialog
      ref={dialog}
      className="curfew-root curfew-dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={onNativeClose}
      onKeyDown={(event: KeyboardEvent<HTMLDialogElement>) => wrapFocus(event)}
      onPointerDown={(event) => {
        isPressOutside.current = isOutside(event);
      }}
      onPointerUp={(event) => {
        // Selecting text can end outside: close only if the press also began there.
        if (isPressOutside.current && isOutside(event)) onClose();
        isPressOutside.current = false;
      }}
    >
      {open && (
        <>
          <h2 id={id} className="curfew-title">
            {title}
          </h2>
          {children}
        </>
      )}
    </dialog>
  );
}

/** The buttons at a dialog's end: **Cancel**, then the given ones. */
export const DialogActions = ({ onCancel, children }: { onCancel: () => void; children: ReactNode }) => (
  <div className="curfew-dialog-actions">
    <Button onClick={onCancel}>{useTexts().dialog.cancel}</Button>
    {children}
  </div>
);

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

/** Cycles Tab inside the dialog; the native `<dialog>` lets it escape to the browser's own controls. */
function wrapFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => !element.matches(":disabled, [tabindex='-1'], [hidden]"),
  );
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (to === undefined || document.activeElement !== from) return;
  event.preventDefault();
  to.focus();
}
