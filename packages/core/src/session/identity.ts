import type { Identity } from "./access-token.js";
import type { SessionSnapshot } from "./session.js";

/** The parts of a `SessionSnapshot` that an identity is made of. */
export type ReadSession = Pick<SessionSnapshot, "session" | "user" | "account" | "now">;

/**
 * The identity of a session that was read from the database. It is to a session without an access token what the token is to others.
 *
 * @param lifetime when the identity was read, and how long it counts, in milliseconds since the Unix epoch
 */
export const identityOf = (
  { session, user, account }: ReadSession,
  { issuedAt, expiresAt }: { readonly issuedAt: number; readonly expiresAt: number },
): Identity => ({
  accountId: session.accountId,
  userId: user.id,
  sessionId: session.id,
  role: user.role,
  authenticatedAt: session.authenticatedAt,
  issuedAt,
  expiresAt,
  accountEpoch: session.accountEpoch,
  userEpoch: user.epoch,
  policyVersion: account.policyVersion,
});
