import { PATHS } from "./paths.js";

/** Only to read an address by: what it names is never asked for. */
const SITE = "https://site.invalid";

/** Backslashes and control characters: browsers read the first as slashes and drop some of the others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const TREACHEROUS = /[\\\u0000-\u001f\u007f]/;

/** Whoever comes back to one of these would only be sent on. */
const DOORS: readonly string[] = [PATHS.login, PATHS.register, PATHS.invite];

/**
 * The path of this site that a `return_to` names, with its query and fragment; null where it names another site, or
 * nothing to come back to.
 *
 * @param value what stands in the address, from anyone
 * @example returnTo("/account/members") // "/account/members"
 * @example returnTo("//evil.example") // null
 */
export function returnTo(value: string | null): string | null {
  if (value === null || !value.startsWith("/") || TREACHEROUS.test(value)) return null;
  if (!URL.canParse(value, SITE)) return null;
  const url = new URL(value, SITE);
  if (url.origin !== SITE || url.pathname.startsWith("//")) return null;
  return DOORS.includes(url.pathname) ? null : `${url.pathname}${url.search}${url.hash}`;
}
