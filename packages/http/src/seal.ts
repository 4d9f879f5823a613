import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const MAC_BYTES = 16;

/** Authenticates values that clients send back later, so that the server stores nothing. */
export interface Seal {
  /** Returns `payload` and its MAC in base64url. The payload is not encrypted. */
  close(payload: Uint8Array, context: string): string;
  /** Returns the payload, or null if `close` did not return this text for this context. */
  open(text: string, context: string): Buffer | null;
}

/**
 * Creates a seal: HMAC-SHA-256, truncated to 128 bits, under keys derived for one purpose (HKDF, RFC 5869).
 *
 * @param secrets the first one seals; all of them open
 * @param purpose a seal opens only what a seal of the same purpose closed
 */
export function createSeal(secrets: readonly Uint8Array[], purpose: string): Seal {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", purpose, 32)));
  const [sealingKey] = keys;
  if (sealingKey === undefined) throw new TypeError("secrets: at least one is required");

  const macOf = (key: Buffer, payload: Uint8Array, context: string): Buffer =>
    createHmac("sha256", key).update(context).update("\0").update(payload).digest().subarray(0, MAC_BYTES);

  return {
    close: (payload, context) =>
      Buffer.concat([payload, macOf(sealingKey, payload, context)]).toString("base64url"),
    open(text, context) {
      const bytes = Buffer.from(text, "base64url");
      // Node ignores characters outside base64url, so that different texts would open as the same payload.
      if (bytes.length < MAC_BYTES || bytes.toString("base64url") !== text) return null;
      const payload = bytes.subarray(0, -MAC_BYTES);
      const mac = bytes.subarray(-MAC_BYTES);
      return keys.some((key) => timingSafeEqual(macOf(key, payload, context), mac)) ? payload : null;
    },
  };
}
