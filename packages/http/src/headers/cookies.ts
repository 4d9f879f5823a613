const QUOTED = /^"(.*)"$/;

/** Reads a cookie of a `Cookie` header (RFC 6265 §5.4), the first of its name; null if it is absent or empty. */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined || !header.includes(name)) return null;
  for (const pair of header.split(";")) {
    const end = pair.indexOf("=");
    if (end < 0 || pair.slice(0, end).trim() !== name) continue;
    const value = pair.slice(end + 1).trim();
    return decode(QUOTED.exec(value)?.[1] ?? value) || null;
  }
  return null;
}

function decode(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

export interface CookieAttributes {
  readonly maxAge: number;
  readonly secure: boolean;
  readonly sameSite: "strict" | "lax" | "none";
}

/** Formats a `Set-Cookie` (RFC 6265 §4.1.1) for the whole host, out of the reach of scripts. */
export function writeCookie(
  name: string,
  value: string,
  { maxAge, secure, sameSite }: CookieAttributes,
): string {
  const site = `${sameSite.charAt(0).toUpperCase()}${sameSite.slice(1)}`;
  return `${name}=${encodeURIComponent(value)}; Max-Age=${maxAge}; Path=/; HttpOnly${secure ? "; Secure" : ""}; SameSite=${site}`;
}
