import type { Actor, Identity } from "@curfew/core";

/** Who acts, for the audit trail. */
export const actorOf = ({ identity, ip }: { identity: Identity; ip: string | null }): Actor => ({
  userId: identity.userId,
  sessionId: identity.sessionId,
  ip,
});
