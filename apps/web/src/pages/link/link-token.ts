import { PATHS } from "../../app/paths.js";

/** The pages that links with a token lead to. */
export type LinkPath = typeof PATHS.invite | typeof PATHS.reset;

const tokens = new Map<string, string>();
const listeners = new Set<() => void>();

/**
 * Removes the token from the address of an invitation or a password link, on load and whenever another link is opened in this tab,
 * so that it stays out of the history and off the screen. Call it before anything else reads the address.
 */
export function captureLinkTokens(): void {
  const capture = () => {
    const { pathname, hash } = window.location;
    if ((pathname !== PATHS.invite && pathname !== PATHS.reset) || hash.length < 2) return;
    tokens.set(pathname, hash.slice(1));
    window.history.replaceState(window.history.state, "", pathname);
    for (const listener of [...listeners]) listener();
  };
  capture();
  window.addEventListener("hashchange", capture);
}

/** The token of the link to a page that this tab was opened with, or null. */
export const linkToken = (path: LinkPath): string | null => tokens.get(path) ?? null;

/** Calls `listener` when another link is opened. Returns a function that unsubscribes. */
export function onLinkToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
