import type { Users } from "../curfew.js";
import { CurfewError, notFound } from "../errors.js";
import type { EngineContext } from "./context.js";
import { isRecentSignIn } from "./verify.js";

/** How many active users are listed unless the caller asks for another number. */
export const ACTIVE_USERS_LIMIT = 100;

/** Creates `Curfew.users`. */
export function createUsers({ store, settings, feed }: EngineContext): Users {
  return {
    get: (accountId, userId) => store.readUser(accountId, userId),
    list: (input) => store.listUsers(input),
    active: (accountId, limit = ACTIVE_USERS_LIMIT) => store.listActiveUsers(accountId, limit),

    async update({ authenticatedAt, ...input }) {
      const mayAddOwner =
        authenticatedAt === undefined || isRecentSignIn(authenticatedAt, feed.now(), settings.reauthMs);
      const outcome = await store.updateUser({ ...input, mayAddOwner });
      if (outcome.kind === "not_found") throw notFound();
      if (outcome.kind === "owner_not_allowed") throw new CurfewError("reauthentication_required", {});
      if (outcome.kind === "last_owner") throw new CurfewError("last_owner", {});
      feed.remember(outcome.feed);
      return outcome.user;
    },
  };
}
