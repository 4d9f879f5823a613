import { isIP } from "node:net";
import { parsePostgresUrl } from "@curfew/sql/postgres-url";

/** The parsed value, or why the text is invalid. The message never contains the text, which may be secret. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/** Parses the text of one variable; undefined if the variable is not set. */
export type Parser<Value> = (text: string | undefined) => Parsed<Value>;

const valid = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });

const invalid = (message: string): { ok: false; message: string } => ({ ok: false, message });

/** Parses the text with `parse`, or returns `fallback` if there is none. */
export function optional<Value, const Fallback>(
  parse: (text: string) => Parsed<Value>,
  fallback: Fallback,
): Parser<Value | Fallback> {
  return (text) => (text === undefined ? valid(fallback) : parse(text));
}

export const anyText = (text: string): Parsed<string> => valid(text);

/** A whole number from `min` to `max`, in decimal digits. */
export function wholeNumber(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = Number(text);
    return /^\d{1,15}$/.test(text) && value >= min && value <= max
      ? valid(value)
      : invalid(`must be a whole number from ${min} to ${max}`);
  };
}

/** One of a list of words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Parsed<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    return word === undefined ? invalid(`must be one of ${words.join(", ")}`) : valid(word);
  };
}

/** Values separated by commas; spaces around a value are ignored, and an empty value is a fault. */
export function commaSeparated<Value>(
  parse: (text: string) => Parsed<Value>,
): (text: string) => Parsed<readonly Value[]> {
  return (text) => {
    const values: Value[] = [];
    for (const item of text.split(",")) {
      const parsed = parse(item.trim());
      if (!parsed.ok) return parsed;
      values.push(parsed.value);
    }
    return valid(values);
  };
}

/** Minimum length of a secret. */
export const SECRET_BYTES = 32;

/** A secret in base64 or base64url, with or without padding (RFC 4648 §4 and §5). */
export function secretText(text: string): Parsed<Uint8Array> {
  const letters = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+/_-]+$/.test(letters) || letters.length % 4 === 1)
    return invalid("must be base64; separate several secrets with commas");
  const bytes = Buffer.from(letters, "base64");
  if (bytes.length < SECRET_BYTES)
    return invalid(`must be ${SECRET_BYTES} bytes or more in base64, each: openssl rand -base64 32`);
  return bytes.every((byte) => byte === 0) ? invalid(ZERO_SECRET) : valid(new Uint8Array(bytes));
}

/** Why a secret of zeros is refused: it is a placeholder, or a source of randomness that failed. */
export const ZERO_SECRET = "must not be all zeros: openssl rand -base64 32";

/** A cookie's name (RFC 6265bis §4.1.1), to which the service adds the prefix `__Host-` or the port. */
export const cookieName = (text: string): Parsed<string> =>
  /^(?!__(?:host|secure)-)[\w-]{1,64}$/i.test(text)
    ? valid(text)
    : invalid("must be a cookie's name, such as my_refresh, without __Host- or __Secure-");

/** A token that can follow `Bearer ` (RFC 6750 §2.1). */
export const bearerToken = (text: string): Parsed<string> =>
  /^[A-Za-z0-9\-._~+/]+=*$/.test(text)
    ? valid(text)
    : invalid("must contain only letters, digits and -._~+/");

/** The URL of a PostgreSQL database, on one server or several. It contains a password, so no message repeats it. */
export function postgresUrl(text: string): Parsed<string> {
  const parsed = parsePostgresUrl(text);
  return parsed.ok ? valid(text) : invalid(parsed.message);
}

/** An IP address or a CIDR block (RFC 4632 §3.1, RFC 4291 §2.3). */
export function addressBlock(text: string): Parsed<string> {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  const maxPrefix = family === 4 ? 32 : 128;
  const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= maxPrefix);
  return family !== 0 && !address.includes("%") && prefixFits && rest.length === 0
    ? valid(text)
    : invalid("must be addresses or CIDR blocks, such as 10.0.0.0/8 or 2001:db8::1");
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

const ALLOWED_SCHEMES = "https, or http on localhost, 127.0.0.1 or [::1]";

/** The public URL: an origin, with or without a trailing slash. */
export function publicUrl(text: string): Parsed<string> {
  const url = webUrl(text);
  if (url === null) return invalid(`must be a URL with ${ALLOWED_SCHEMES}`);
  const hasPathOrQuery = url.pathname !== "/" || text.includes("?") || text.includes("#");
  if (hasPathOrQuery || url.username !== "" || url.password !== "")
    return invalid("must be an origin without path, query or user: https://curfew.example");
  return valid(url.origin);
}

/** An origin exactly as a browser sends it (RFC 6454 §6.2). */
export function browserOrigin(text: string): Parsed<string> {
  const url = webUrl(text);
  return url !== null && url.origin === text
    ? valid(text)
    : invalid(
        `must be origins exactly as a browser sends them (https://app.example), each with ${ALLOWED_SCHEMES}`,
      );
}

function webUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  // The URL parser accepts a wildcard as a host name, which would match no origin.
  if (url.hostname.includes("*")) return null;
  if (url.protocol === "https:") return url;
  return url.protocol === "http:" && LOCAL_HOSTS.has(url.hostname) ? url : null;
}
