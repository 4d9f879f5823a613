import { createHash } from "node:crypto";

const LENGTH_BYTES = 4;
/** The bits of a UUIDv8 that are neither version nor variant. */
const VERSION = "8";
const VARIANT = 0b10n << 62n;

/**
 * The id of a governed session: a UUIDv8 (RFC 9562 §5.8) of the first 122 bits of SHA-256 over the account's id and the host's id
 * of the session. Each is in UTF-8, after its length in bytes as 4 bytes, big-endian. No key: the ids outlast a change of the
 * secret. A host session id that is a secret needs 128 random bits, so that its digest does not reveal it.
 *
 * @example governedSessionId("acme", "s1") // "5f40a064-e63c-8f28-8df5-1b1b1e779833"
 */
export function governedSessionId(accountId: string, hostSessionId: string): string {
  const digest = createHash("sha256")
    .update(withLength(accountId))
    .update(withLength(hostSessionId))
    .digest();
  const hex = digest.toString("hex", 0, 8);
  // The 62 bits after the first 60: 4 of the eighth byte, the seven bytes after it, and 2 of the sixteenth.
  const rest = (digest.readBigUInt64BE(7) & 0x0fff_ffff_ffff_ffffn) << 2n;
  const last = (VARIANT | rest | BigInt(digest.readUInt8(15) >> 6)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${VERSION}${hex.slice(12, 15)}-${last.slice(0, 4)}-${last.slice(4)}`;
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const framed = Buffer.allocUnsafe(LENGTH_BYTES + bytes.length);
  framed.writeUInt32BE(bytes.length);
  framed.set(bytes, LENGTH_BYTES);
  return framed;
}
