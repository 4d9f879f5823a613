import { useEffect } from "react";

/**
 * Begins the tab's title with something for as long as it is given, whoever else sets the title meanwhile.
 *
 * @param prefix null leaves the title alone
 * @example useTitlePrefix("4 min"); // "4 min · Home"
 */
export function useTitlePrefix(prefix: string | null): void {
  useEffect(() => {
    if (prefix === null) return;
    let plain = document.title;
    let written: string | null = null;
    const write = () => {
      if (document.title === written) return;
      plain = document.title;
      document.title = `${prefix} · ${plain}`;
      // As the document tells it: it takes needless blanks out.
      written = document.title;
    };
    write();
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title === written) document.title = plain;
    };
  }, [prefix]);
}
