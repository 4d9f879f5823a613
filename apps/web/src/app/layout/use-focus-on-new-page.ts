import { type RefObject, useEffect, useRef } from "react";
import { useLocation, useNavigationType } from "react-router";

/**
 * Takes focus and sight to the top of the content when the app turns to another page, as a browser does that loads one.
 *
 * @returns for the element that holds the content
 */
export function useFocusOnNewPage(): RefObject<HTMLElement | null> {
  const content = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const isLoadedHere = useNavigationType() === "POP";
  const shown = useRef(isLoadedHere ? pathname : null);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    window.scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [pathname]);
  return content;
}
