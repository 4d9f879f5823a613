import type { SessionEnd } from "@curfew/client";
import { PATHS } from "./paths.js";

/**
 * The address of the sign-in page that tells why a session ended, and leads back from there.
 *
 * @param ended null where there is nothing to tell
 * @param from the path to come back to, with query and fragment
 * @example signInAddress(null, "/account") // "/login?return_to=%2Faccount"
 */
export function signInAddress(ended: Pick<SessionEnd, "code" | "reason"> | null, from: string): string {
  const query = new URLSearchParams();
  if (ended !== null) {
    query.set("reason", ended.code);
    query.set("cause", ended.reason);
  }
  if (from !== PATHS.home) query.set("return_to", from);
  return query.size === 0 ? PATHS.login : `${PATHS.login}?${query}`;
}
