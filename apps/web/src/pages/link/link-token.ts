import { PATHS } from "../app/paths.js";

let token: string | null = null;
const listeners = new Set<() => void>();

/**
 * Removes the token from the address of an invitation, on load and whenever another link is opened in this tab, so that it
 * stays out of the history and off the screen. Call it before anything else reads the address.
 */
export function captureInvitationTokens(): void {
  const capture = () => {
    const { pathname, hash } = window.location;
    if (pathname !== PATHS.invite || hash.length < 2) return;
    token = hash.slice(1);
    window.history.replaceState(window.history.state, "", pathname);
    for (const listener of [...listeners]) listener();
  };
  capture();
  window.addEventListener("hashchange", capture);
}

/** The token of the invitation that this tab was opened with, or null. */
export const invitationToken = (): string | null => token;

/** Calls `listener` when another link is opened. Returns a function that unsubscribes. */
export function onInvitationToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
