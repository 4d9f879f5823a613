import { useEffect } from "react";

/**
 * Prefixes the document's title, also when other code changes the title meanwhile.
 *
 * @param prefix null leaves the title alone
 * @example useTitlePrefix("4 mins"); // "4 mins · Home"
 */
export function useTitlePrefix(prefix: string | null): void {
  useEffect(() => {
    if (prefix === null) return;
    let original = document.title;
    let prefixed: string | null = null;
    const applyPrefix = () => {
      if (document.title === prefixed) return;
      original = document.title;
      document.title = `${prefix} · ${original}`;
      // Read it back: the document normalises white space.
      prefixed = document.title;
    };
    applyPrefix();
    const observer = new MutationObserver(applyPrefix);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title === prefixed) document.title = original;
    };
  }, [prefix]);
}
