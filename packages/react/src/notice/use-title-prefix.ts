import { useEffect, useRef } from "react";

/** How often another script may take the prefix away, per prefix. */
const REMOVALS_MAX = 5;

/**
 * Prefixes the document's title, also when other code changes the title meanwhile. If other code keeps the title as it wants
 * it, the title is left alone until the prefix is null again: the two would never end.
 *
 * @param prefix null leaves the title alone
 * @example useTitlePrefix("4 mins"); // "4 mins · Home"
 */
export function useTitlePrefix(prefix: string | null): void {
  const hasGivenUp = useRef(false);
  useEffect(() => {
    if (prefix === null) hasGivenUp.current = false;
    if (prefix === null || hasGivenUp.current) return;
    let removals = 0;
    let original = document.title;
    let prefixed: string | null = null;
    const applyPrefix = () => {
      if (document.title === prefixed) return;
      hasGivenUp.current = removals++ > REMOVALS_MAX;
      if (hasGivenUp.current) return observer.disconnect();
      original = document.title;
      document.title = `${prefix} · ${original}`;
      // Read it back: the document normalises white space.
      prefixed = document.title;
    };
    const observer = new MutationObserver(applyPrefix);
    applyPrefix();
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title === prefixed) document.title = original;
    };
  }, [prefix]);
}
