import { type RefObject, useEffect, useRef } from "react";
import { useLocation, useNavigationType } from "react-router";

/**
 * Sets the document's title.
 *
 * @example usePageTitle(t("Members"));
 */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Curfew`;
  }, [title]);
}

/**
 * Moves the focus and the scroll position to the top of the content after a navigation, as a browser does on a page load.
 *
 * @returns the ref of the content's element
 */
export function useFocusOnNavigation(): RefObject<HTMLElement | null> {
  const content = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const isInitialLoad = useNavigationType() === "POP";
  const shownPath = useRef(isInitialLoad ? pathname : null);
  useEffect(() => {
    if (shownPath.current === pathname) return;
    shownPath.current = pathname;
    window.scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [pathname]);
  return content;
}
