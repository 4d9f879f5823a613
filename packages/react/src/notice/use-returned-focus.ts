import { type FocusEvent, useEffect, useRef } from "react";

/**
 * Gives the focus back to where it came from, when what holds it leaves the page.
 *
 * @returns what the element that may leave must carry
 */
export function useReturnedFocus() {
  const element = useRef<HTMLElement>(null);
  const from = useRef<Element | null>(null);
  const isInside = useRef(false);
  useEffect(
    () => () => {
      const isLost = isInside.current && document.activeElement === document.body;
      if (isLost && from.current instanceof HTMLElement && from.current.isConnected) from.current.focus();
    },
    [],
  );
  return {
    ref: element,
    onFocus({ relatedTarget }: FocusEvent) {
      isInside.current = true;
      if (!element.current?.contains(relatedTarget)) from.current = relatedTarget;
    },
    onBlur({ relatedTarget }: FocusEvent) {
      // Nothing takes the focus where the element itself goes, or the window is left.
      if (relatedTarget !== null && !element.current?.contains(relatedTarget)) isInside.current = false;
    },
  };
}
