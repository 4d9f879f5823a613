import { type RefObject, useEffect, useRef } from "react";

/**
 * Gives the focus a place where the element that had it leaves the page: a row that is gone must not send a person
 * who uses the keyboard back to the top (WCAG 2.2, 2.4.3).
 *
 * @param place takes the focus then; needs to be focusable
 * @returns what the parent of `place` must carry, around all that may leave
 */
export function useKeptFocus(place: RefObject<HTMLElement | null>) {
  const holder = useRef<Element | null>(null);
  useEffect(() => {
    const active = document.activeElement;
    if (holder.current?.isConnected === false) {
      holder.current = null;
      if (active === document.body) return place.current?.focus();
    }
    // A dialog that closes gives the focus back while React renders, and no event tells of it.
    if (active !== null && place.current?.parentElement?.contains(active)) holder.current = active;
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
