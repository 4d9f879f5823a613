import { createTrailRedactor, lockAccount } from "@curfew/sql";
import type { UserReference } from "../accounts/credentials.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { type OwnerActor, requireActingOwner } from "./acting-owner.js";
import { deleteInvitation, readInvitation } from "./invitation.js";

/**
 * Withdraws an invitation: its link opens nothing, and the trail says that somebody was invited, not who. Returns false if the
 * account has none with this id: the member has joined or never existed. Throws `token_expired` if the owner's session or role
 * ended meanwhile, and `unavailable`.
 */
export async function withdrawInvitation(
  { database, writeEvent }: Pick<ServiceContext, "database" | "writeEvent">,
  invited: UserReference,
  actor: OwnerActor,
): Promise<boolean> {
  const queries = serviceQueries(database);
  const isWithdrawn = await database.write(
    function* () {
      yield* lockAccount(invited.accountId);
      const invitation = yield* readInvitation(queries, invited);
      if (invitation === null) return false;
      yield* requireActingOwner(queries, invited.accountId, actor);
      yield* deleteInvitation(queries, invited);
      const { userId, role } = invitation;
      yield* createTrailRedactor(database)(invited.accountId, userId);
      yield* writeEvent(invited.accountId, {
        type: "member.invitation_withdrawn",
        actorId: actor.userId,
        sessionId: actor.sessionId,
        ip: actor.ip,
        details: { user_id: userId, role },
      });
      return true;
    },
    { lock: invited.accountId },
  );
  if (isWithdrawn) await database.emptyLog();
  return isWithdrawn;
}
