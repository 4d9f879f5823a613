/** A source of `size` cryptographically random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The 12-bit counter starts in its lower half, which leaves 2048 increments per millisecond. */
const COUNTER_START_LIMIT = 0x800;
const COUNTER_MAX = 0xfff;

/**
 * Creates a generator of UUIDv7 (RFC 9562 §5.7). Ids sort by time, and by creation order within a millisecond (§6.2,
 * method 1); 62 bits are random. An id is never a secret.
 *
 * @param randomBytes the source of the random bits
 * @returns a function of the time in milliseconds since the Unix epoch
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
      now === millisecond && counter < COUNTER_MAX ? counter + 1 : view.getUint16(6) % COUNTER_START_LIMIT;
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

/** Returns whether `text` is a UUID in lower case with hyphens, as Curfew writes it. */
export const isUuid = (text: string): boolean => UUID.test(text);
