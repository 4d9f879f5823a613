import { useEffect } from "react";

/**
 * Names the page in the browser's tab.
 *
 * @example usePageTitle("Members");
 */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Curfew`;
  }, [title]);
}
