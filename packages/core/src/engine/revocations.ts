import type { Revocations } from "../curfew.js";
import type { EngineContext } from "./context.js";
import { notFound } from "./refusals.js";

/** Makes `Curfew.revoke`. */
export function createRevocations<Extra>({ store, feed }: EngineContext<Extra>): Revocations {
  return {
    async account(accountId, { actor, spareSessionId }) {
      const outcome = await store.revokeAccount({
        accountId,
        reason: "revoked_by_owner",
        spareSessionId: spareSessionId ?? null,
        event: {
          type: "sessions.revoked",
          actorId: actor.userId,
          sessionId: actor.sessionId,
          ip: actor.ip,
          details: { scope: spareSessionId === undefined ? "all" : "others", reason: "revoked_by_owner" },
        },
      });
      if (outcome.kind === "not_found") throw notFound();
      feed.remember(outcome.feed);
      return outcome.count;
    },

    async user(accountId, userId, { actor, spareSessionId, reason = "revoked_by_owner" }) {
      const outcome = await store.revokeUser({
        accountId,
        userId,
        reason,
        spareSessionId: spareSessionId ?? null,
        event: {
          type: "sessions.revoked",
          actorId: actor.userId,
          sessionId: actor.sessionId,
          ip: actor.ip,
          details: { scope: spareSessionId === undefined ? "user" : "user_others", user_id: userId, reason },
        },
      });
      if (outcome.kind === "not_found") throw notFound();
      feed.remember(outcome.feed);
      return outcome.count;
    },
  };
}
