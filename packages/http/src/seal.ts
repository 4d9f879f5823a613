import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const MAC_BYTES = 16;

/** Marks what this server hands out, so that it knows it again with nothing stored. */
export interface Seal {
  /** Answers `payload` and its MAC in base64url. */
  close(payload: Uint8Array, context: string): string;
  /** The payload that `close` was given, or null where the text or its context is not that. */
  open(text: string, context: string): Buffer | null;
}

/**
 * Makes a seal: HMAC-SHA-256, cut to 128 bits, under a key derived for one purpose (HKDF, RFC 5869).
 *
 * @param secrets the first seals, all open
 * @param purpose keeps seals apart: what one made no other opens
 */
export function createSeal(secrets: readonly Uint8Array[], purpose: string): Seal {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", purpose, 32)));
  const [signing] = keys;
  if (signing === undefined) throw new TypeError("secrets: at least one is needed");

  const macOf = (key: Buffer, payload: Uint8Array, context: string): Buffer =>
    createHmac("sha256", key).update(context).update("\0").update(payload).digest().subarray(0, MAC_BYTES);

  return {
    close: (payload, context) =>
      Buffer.concat([payload, macOf(signing, payload, context)]).toString("base64url"),
    open(text, context) {
      const bytes = Buffer.from(text, "base64url");
      // Node skips what is no base64url, so that several texts would open as one.
      if (bytes.length < MAC_BYTES || bytes.toString("base64url") !== text) return null;
      const payload = bytes.subarray(0, -MAC_BYTES);
      const mac = bytes.subarray(-MAC_BYTES);
      return keys.some((key) => timingSafeEqual(macOf(key, payload, context), mac)) ? payload : null;
    },
  };
}
