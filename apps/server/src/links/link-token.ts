import { createHash, timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "@curfew/core";
import type { UserReference } from "../accounts/credentials.js";

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** What the link of an invitation or a new password carries: the ids that find it within one account, and the secret that proves it. */
export interface LinkToken extends UserReference {
  readonly secret: Buffer;
}

/** Creates a secret of 256 bits. */
export const newLinkSecret = (randomBytes: RandomBytes): Buffer => Buffer.from(randomBytes(SECRET_BYTES));

/** Encodes both ids and the secret as base64url. */
export const encodeLinkToken = ({ accountId, userId, secret }: LinkToken): string =>
  Buffer.concat([idBytes(accountId), idBytes(userId), secret]).toString("base64url");

/** Decodes a token; null if it is malformed. */
export function decodeLinkToken(text: string): LinkToken | null {
  const bytes = Buffer.from(text, "base64url");
  // Node skips characters outside base64url. Without the comparison, several texts would decode to one token.
  if (bytes.length !== 2 * ID_BYTES + SECRET_BYTES || bytes.toString("base64url") !== text) return null;
  return {
    accountId: idOf(bytes.subarray(0, ID_BYTES)),
    userId: idOf(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    secret: bytes.subarray(2 * ID_BYTES),
  };
}

/** The stored form of a secret: SHA-256, which is enough for 256 random bits. */
export const hashLinkSecret = (secret: Uint8Array): string =>
  createHash("sha256").update(secret).digest("base64url");

/** Compares a secret with a stored hash in constant time. */
export const isLinkSecret = (secret: Uint8Array, storedHash: string): boolean => {
  const computed = Buffer.from(hashLinkSecret(secret));
  const stored = Buffer.from(storedHash);
  return computed.length === stored.length && timingSafeEqual(computed, stored);
};

/** A link to a page. Servers and their logs never see the fragment, which holds the token. */
export const linkTo = (publicUrl: string, page: "invite" | "reset", token: LinkToken): string =>
  `${publicUrl.replace(/\/$/, "")}/${page}#${encodeLinkToken(token)}`;

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

function idOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
