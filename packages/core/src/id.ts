import type { RandomBytes } from "./clock.js";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Half of what 12 bits hold: those of one millisecond start below it, which leaves as many to count up through. */
const COUNTER_START_BELOW = 0x800;
const COUNTER_MAX = 0xfff;

/**
 * Makes UUIDv7 (RFC 9562 §5.7): sorted by time to the millisecond, and within one millisecond in the order in which they
 * were made (§6.2, method 1), with 62 random bits. An id is never a secret.
 *
 * @param randomBytes where the random part comes from
 * @returns makes an id for `now`, milliseconds since the Unix epoch
 * @example const newId = createUuidv7(randomBytes); newId(Date.now());
 */
export function createUuidv7(randomBytes: RandomBytes): (now: number) => string {
  let millisecond = Number.NaN;
  let counter = 0;
  return (now) => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    bytes.set(randomBytes(10), 6);
    counter =
      now === millisecond && counter < COUNTER_MAX ? counter + 1 : view.getUint16(6) % COUNTER_START_BELOW;
    millisecond = now;
    view.setUint32(0, Math.floor(now / 0x10000));
    view.setUint16(4, now % 0x10000);
    view.setUint16(6, 0x7000 | counter);
    view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
    const hex = Array.from(bytes, (byte) => HEX[byte]).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Tells whether `text` is a UUID in the one spelling that Curfew writes. */
export const isUuid = (text: string): boolean => UUID.test(text);
