import { type Actor, CurfewError, type Identity } from "@curfew/core";
import { fieldProblem } from "@curfew/http";
import { first, lockAccount, type Unit } from "@curfew/sql";
import type { UserReference } from "../accounts/credentials.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { type OwnerActor, requireActingOwner } from "../members/acting-owner.js";
import type { ServiceContext } from "../service-context.js";
import { requireRoomForLink } from "./count-open-links.js";
import { hashLinkSecret, linkTo, newLinkSecret } from "./link-token.js";
import { writePasswordLink } from "./password-link.js";

export interface MadePasswordLink {
  readonly url: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** What making a link depends on, with or without a running service. */
export type LinkMaker = Pick<ServiceContext, "database" | "writeEvent" | "randomBytes"> & {
  readonly settings: Pick<ServiceContext["settings"], "publicUrl">;
};

/**
 * Makes a link with which a user of the owner's account chooses a new password; it replaces an earlier one.
 * Throws `not_found`, `reauthentication_required`, `validation_failed` for a disabled user, `too_many`, `token_expired` if the
 * owner's session or role ended meanwhile, and `unavailable`.
 */
export async function makePasswordLink(
  context: ServiceContext,
  { identity, userId, actor }: { identity: Identity; userId: string; actor: OwnerActor },
): Promise<MadePasswordLink> {
  const { accountId, authenticatedAt } = identity;
  if ((await context.curfew.users.get(accountId, userId)) === null) throw new CurfewError("not_found", {});
  context.curfew.requireRecentSignIn(authenticatedAt);
  return await writeLink(context, { accountId, userId }, actor, function* (queries, now) {
    yield* requireActingOwner(queries, accountId, actor);
    yield* requireRoomForLink(queries, { accountId, userId, now });
  });
}

/** Makes a link for a user on the machine, where nobody is signed in. Throws as `makePasswordLink`. */
export const makePasswordLinkByOperator = (
  maker: LinkMaker,
  user: UserReference,
): Promise<MadePasswordLink> => writeLink(maker, user, { userId: null, sessionId: null, ip: null });

async function writeLink(
  { database, randomBytes, settings, writeEvent }: LinkMaker,
  { accountId, userId }: UserReference,
  actor: Actor,
  check?: (queries: ServiceQueries, now: number) => Unit<void>,
): Promise<MadePasswordLink> {
  const queries = serviceQueries(database);
  const secret = newLinkSecret(randomBytes);
  const expiresAt = await database.write(
    function* () {
      const now = yield* lockAccount(accountId);
      yield* requireEnabled(queries, { accountId, userId });
      if (check !== undefined) yield* check(queries, now);
      yield* writeEvent(accountId, {
        type: "password.link_made",
        actorId: actor.userId,
        sessionId: actor.sessionId,
        ip: actor.ip,
        details: { user_id: userId },
      });
      const link = { now, tokenHash: hashLinkSecret(secret), madeBy: actor.userId };
      return yield* writePasswordLink(queries, { accountId, userId }, link);
    },
    { lock: accountId },
  );
  return { url: linkTo(settings.publicUrl, "reset", { accountId, userId, secret }), expiresAt };
}

function* requireEnabled(queries: ServiceQueries, { accountId, userId }: UserReference): Unit<void> {
  const user = yield* first(
    queries
      .selectFrom("curfew_users")
      .select("disabled")
      .where("account_id", "=", accountId)
      .where("id", "=", userId)
      .where("deleted_at", "is", null),
  );
  if (user === null) throw new CurfewError("not_found", {});
  if (user.disabled === 1)
    throw fieldProblem("id", "invalid_value", "This person is disabled. Enable them first.");
}
