import { CurfewError } from "../errors.js";

/**
 * Throws `reauthentication_required` where a sign-in is too old for what loosens security.
 *
 * @param authenticatedAt when the person signed in, and `now`, in milliseconds since the Unix epoch
 * @param reauthMs how old a sign-in may be, in milliseconds; 0 never asks
 * @see OWASP ASVS 5.0 V7.5.1
 */
export function requireRecentSignIn(authenticatedAt: number, now: number, reauthMs: number): void {
  if (reauthMs > 0 && now - authenticatedAt > reauthMs)
    throw new CurfewError("reauthentication_required", {});
}
