import type { SessionEnd } from "@curfew/client";
import { isPublicPath, PATHS } from "./paths.js";

/**
 * The path of the sign-in page, with the reason for which the session ended and the path to return to.
 *
 * @param ended null without a reason
 * @param from the path to return to, with query and fragment
 * @example signInPath(null, "/account") // "/login?return_to=%2Faccount"
 */
export function signInPath(ended: Pick<SessionEnd, "code" | "reason"> | null, from: string): string {
  const query = new URLSearchParams();
  if (ended !== null) {
    query.set("reason", ended.code);
    query.set("cause", ended.reason);
  }
  if (from !== PATHS.home) query.set("return_to", from);
  return query.size === 0 ? PATHS.login : `${PATHS.login}?${query}`;
}

/** A base to parse paths with; it is never requested. */
const SITE = "https://site.invalid";

/** Backslashes and control characters: browsers treat the former as slashes and drop some of the latter. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern rejects control characters
const UNSAFE_CHARACTERS = /[\\\u0000-\u001f\u007f]/;

/**
 * Validates `return_to`: a path on this site, with query and fragment; null if it names another site or a public page.
 *
 * @param value untrusted input from the address
 * @example returnPath("/account/members") // "/account/members"
 * @example returnPath("//evil.example") // null
 */
export function returnPath(value: string | null): string | null {
  if (value === null || !value.startsWith("/") || UNSAFE_CHARACTERS.test(value)) return null;
  if (!URL.canParse(value, SITE)) return null;
  const url = new URL(value, SITE);
  if (url.origin !== SITE || url.pathname.startsWith("//")) return null;
  return isPublicPath(url.pathname) ? null : `${url.pathname}${url.search}${url.hash}`;
}

/** The history state of the sign-in page after a redirect, which the address does not show. */
export interface SignInState {
  /** When the session ended, RFC 3339; null if unknown. */
  readonly ended_at: string | null;
  /** The page that the tab was on. */
  readonly previous_path: string | null;
  /** This browser has not kept the session's cookie or key, or the server no longer knows the session. */
  readonly lost: boolean;
}

/** @param state untrusted: any code may have written it */
export function readSignInState(state: unknown): SignInState {
  const entries = new Map(Object.entries(typeof state === "object" ? (state ?? {}) : {}));
  const text = (name: "ended_at" | "previous_path"): string | null => {
    const value: unknown = entries.get(name);
    return typeof value === "string" ? value : null;
  };
  return {
    ended_at: text("ended_at"),
    previous_path: text("previous_path"),
    lost: entries.get("lost") === true,
  };
}
