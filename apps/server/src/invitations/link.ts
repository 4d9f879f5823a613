import { createHash, timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "@curfew/core";
import type { UserReference } from "../accounts/directory.js";

/** How long an invitation can be accepted. */
export const INVITATION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** What an invitation's link carries: where to look it up, so that one account is touched, and what proves it. */
export interface InvitationToken extends UserReference {
  readonly secret: Buffer;
}

/** A new secret of 256 bits. */
export const newInvitationSecret = (randomBytes: RandomBytes): Buffer =>
  Buffer.from(randomBytes(SECRET_BYTES));

/** The token, as base64url of both ids and the secret. */
export const writeInvitationToken = ({ accountId, userId, secret }: InvitationToken): string =>
  Buffer.concat([idBytes(accountId), idBytes(userId), secret]).toString("base64url");

/** Reads a token; null for what can't be one. */
export function readInvitationToken(text: string): InvitationToken | null {
  const bytes = Buffer.from(text, "base64url");
  // Node skips what is no base64url, so that several texts would open as one.
  if (bytes.length !== 2 * ID_BYTES + SECRET_BYTES || bytes.toString("base64url") !== text) return null;
  return {
    accountId: idOf(bytes.subarray(0, ID_BYTES)),
    userId: idOf(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    secret: bytes.subarray(2 * ID_BYTES),
  };
}

/** What the database keeps of a secret: SHA-256, which for 256 random bits is as good as a slow hash. */
export const hashInvitationSecret = (secret: Uint8Array): string =>
  createHash("sha256").update(secret).digest("base64url");

/** Compares a secret with a stored hash in constant time. */
export const isInvitationSecret = (secret: Uint8Array, storedHash: string): boolean => {
  const given = Buffer.from(hashInvitationSecret(secret));
  const stored = Buffer.from(storedHash);
  return given.length === stored.length && timingSafeEqual(given, stored);
};

/** The link for people; the fragment reaches no server's log. @param publicUrl where people reach the service */
export const invitationLink = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/$/, "")}/invite#${token}`;

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

function idOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
