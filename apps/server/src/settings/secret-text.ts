import { bad, good, type Parsed } from "./parsers.js";

/** What a secret is made of at least. */
export const SECRET_BYTES = 32;

/** A secret in base64 or base64url, with or without padding (RFC 4648 §4 and §5). */
export function secretText(text: string): Parsed<Uint8Array> {
  const letters = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+/_-]+$/.test(letters) || letters.length % 4 === 1)
    return bad("must be base64, several secrets with commas between them");
  const bytes = Buffer.from(letters, "base64");
  return bytes.length < SECRET_BYTES
    ? bad(`must be ${SECRET_BYTES} bytes or more in base64, each: openssl rand -base64 32`)
    : good(new Uint8Array(bytes));
}
