import { type RefObject, useEffect, useRef } from "react";

/**
 * Gives the focus a place where the element that had it leaves the page: a row that is gone must not send a person
 * who uses the keyboard back to the top (WCAG 2.2, 2.4.3).
 *
 * @param place takes the focus then; needs to be focusable
 * @returns what the element around all that may leave must carry
 */
export function useKeptFocus(place: RefObject<HTMLElement | null>) {
  const holder = useRef<Element | null>(null);
  useEffect(() => {
    if (holder.current === null || holder.current.isConnected) return;
    holder.current = null;
    if (document.activeElement === document.body) place.current?.focus();
  });
  return {
    onFocus(event: { target: Element }) {
      holder.current = event.target;
    },
    onBlur() {
      holder.current = null;
    },
  };
}
