import { type RefObject, useLayoutEffect } from "react";

/**
 * Keeps the page still under the pointer while an element at its top comes and goes: it scrolls by the element's height, unless
 * the element does not stick to the window, or would then cover the focus. Elsewhere the browser scrolls to the focus so that
 * the element does not cover it.
 *
 * @param notice the element, which sticks to the window if its position is `sticky`
 */
export function useSteadyPage(notice: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = notice.current;
    if (element === null || getComputedStyle(element).position !== "sticky") return;
    const { style } = document.documentElement;
    // The browser would scroll too, but not at the page's top.
    style.overflowAnchor = "none";
    const height = element.offsetHeight;
    const { activeElement: focused } = document;
    const isCovered =
      focused !== document.body && (focused?.getBoundingClientRect().top ?? height) < 2 * height;
    const by = isCovered || !document.querySelector(":hover") ? 0 : height;
    style.minHeight = `calc(100vh + ${by}px)`;
    scrollBy({ top: by, behavior: "instant" });
    style.overflowAnchor = "";
    const sizes = new ResizeObserver(() => {
      style.scrollPaddingTop = `${element.offsetHeight}px`;
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      style.overflowAnchor = "none";
      scrollBy({ top: -by, behavior: "instant" });
      requestAnimationFrame(() => {
        style.overflowAnchor = "";
      });
      style.minHeight = style.scrollPaddingTop = "";
    };
  }, [notice]);
}
