let token: string | null = null;
const listeners = new Set<() => void>();

/**
 * Takes the token out of the address of an invitation, now and whenever another link is opened in this tab: so that it
 * stays in no history and on no screen. Call it before anything else reads the address.
 */
export function takeInvitationTokens(): void {
  const take = () => {
    const { pathname, hash } = window.location;
    if (pathname !== "/invite" || hash.length < 2) return;
    token = hash.slice(1);
    window.history.replaceState(window.history.state, "", pathname);
    for (const listener of [...listeners]) listener();
  };
  take();
  window.addEventListener("hashchange", take);
}

/** The token of the invitation that this tab was opened with; null where there was none. */
export const invitationToken = (): string | null => token;

/** Calls `listener` when another link has been opened. Returns what stops it. */
export function onInvitationToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
