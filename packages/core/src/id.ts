import type { RandomBytes } from "./clock.js";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * A UUIDv7 (RFC 9562 §5.7): sorted by time to the millisecond, 74 random bits. An id is never a secret.
 *
 * @param now milliseconds since the Unix epoch
 * @param randomBytes where the random part comes from
 */
export function uuidv7(now: number, randomBytes: RandomBytes): string {
  const bytes = new Uint8Array(16);
  bytes.set(randomBytes(10), 6);
  new DataView(bytes.buffer).setUint32(0, Math.floor(now / 0x10000));
  new DataView(bytes.buffer).setUint16(4, now % 0x10000);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => HEX[byte]).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Tells whether `text` is a UUID in the one spelling that Curfew writes. */
export const isUuid = (text: string): boolean => UUID.test(text);
