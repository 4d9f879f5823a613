import { type FocusEvent, type RefObject, useEffect, useRef } from "react";

/**
 * Moves the focus to a fallback element when the focused element is removed. Without it, a keyboard user returns to the
 * top of the page when a row disappears (WCAG 2.2, 2.4.3).
 *
 * @param fallback a focusable element
 * @returns props for the parent of `fallback`, which contains the elements that may be removed
 */
export function useFocusFallback(fallback: RefObject<HTMLElement | null>) {
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const active = document.activeElement;
    if (focused.current?.isConnected === false) {
      focused.current = null;
      if (active === document.body) return fallback.current?.focus();
    }
    // A dialog that closes during rendering restores the focus without an event.
    if (active !== null && fallback.current?.parentElement?.contains(active)) focused.current = active;
  });
  return {
    onFocus(event: { target: Element }) {
      focused.current = event.target;
    },
    onBlur() {
      focused.current = null;
    },
  };
}

/**
 * Returns the focus to the previously focused element when the component unmounts with the focus inside, or in a dialog that it
 * opened: then once the dialog closes.
 *
 * @returns props for the component's root element
 */
export function useFocusReturn() {
  const element = useRef<HTMLElement>(null);
  const previous = useRef<Element | null>(null);
  const isInside = useRef(false);
  useEffect(
    () => () => {
      const refocus = () => {
        if (document.activeElement === document.body) (previous.current as HTMLElement | null)?.focus();
      };
      if (!isInside.current) return;
      refocus();
      document.activeElement?.closest("dialog")?.addEventListener("close", refocus, { once: true });
    },
    [],
  );
  return {
    ref: element,
    onFocus({ relatedTarget }: FocusEvent) {
      isInside.current = true;
      if (!element.current?.contains(relatedTarget)) previous.current = relatedTarget;
    },
    onBlur({ relatedTarget }: FocusEvent) {
      // `relatedTarget` is null when the element itself is removed and when the window loses the focus.
      if (relatedTarget?.closest("dialog") === null && !element.current?.contains(relatedTarget))
        isInside.current = false;
    },
  };
}
