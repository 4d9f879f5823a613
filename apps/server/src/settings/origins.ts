import { bad, good, type Parsed } from "./parsers.js";

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

const MAY_BE = "https, or http on localhost, 127.0.0.1 or [::1]";

/** The address that people open: an origin; one slash at the end is forgiven. */
export function publicUrl(text: string): Parsed<string> {
  const url = webUrl(text);
  if (url === null) return bad(`must be a URL with ${MAY_BE}`);
  const rest = url.pathname !== "/" || text.includes("?") || text.includes("#");
  if (rest || url.username !== "" || url.password !== "")
    return bad("must be an origin alone, with no path, query or user: https://curfew.example");
  return good(url.origin);
}

/** An origin exactly as a browser sends it (RFC 6454 §6.2). */
export function browserOrigin(text: string): Parsed<string> {
  const url = webUrl(text);
  return url !== null && url.origin === text
    ? good(text)
    : bad(`must be origins exactly as a browser sends them (https://app.example), each with ${MAY_BE}`);
}

function webUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  // A pattern is a host name to the parser, and would match nothing.
  if (url.hostname.includes("*")) return null;
  if (url.protocol === "https:") return url;
  return url.protocol === "http:" && LOCAL_HOSTS.has(url.hostname) ? url : null;
}
