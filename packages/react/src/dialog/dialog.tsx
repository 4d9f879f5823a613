import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { wrapFocus } from "./wrap-focus.js";

/**
 * A modal dialog on the native `<dialog>`: Escape and a click on the backdrop ask to close it, Tab stays inside, and the
 * focus goes back to where it was (WAI-ARIA APG, dialog (modal) pattern).
 *
 * @param title its accessible name, shown as its heading
 * @param onClose asks to close it: it stays until `open` is false
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
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!open || element === null) return;
    element.showModal();
    // Also where the dialog leaves the page while it is open: only closing gives the focus back.
    return () => element.close();
  }, [open]);
  // A browser closes at the second Escape whatever was said to the first: whether it closes is for `open` to say.
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
        // Selecting text may end outside: only a click that also began there closes.
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
