import type { ListActiveUsers, Users } from "../curfew.js";
import { CurfewError, notFound } from "../errors.js";
import { searchPage } from "../search.js";
import type { ActiveUserPage, Store } from "../store.js";
import type { EngineContext } from "./context.js";
import { requireRecentActor } from "./recent-sign-in.js";
import { isRecentSignIn } from "./verify.js";

/** How many active users are listed unless the caller asks for another number. */
export const ACTIVE_USERS_LIMIT = 100;

async function listActive(
  store: Pick<Store, "listActiveUsers">,
  { accountId, limit, after }: Omit<ListActiveUsers, "search">,
): Promise<ActiveUserPage> {
  const { users } = await store.listActiveUsers(accountId, limit + 1, after ?? undefined);
  const items = users.slice(0, limit);
  const last = users.length > limit ? items.at(-1) : undefined;
  return {
    items,
    next: last === undefined ? null : { lastLoginAt: last.user.lastLoginAt ?? 0, id: last.user.id },
  };
}

/** Creates `Curfew.users`. */
export function createUsers<HostStatements>(
  { settings, feed }: EngineContext,
  store: Pick<
    Store<HostStatements>,
    "readUser" | "listUsers" | "listActiveUsers" | "updateUser" | "readSession"
  >,
  deleteUser: Users<HostStatements>["delete"],
): Users<HostStatements> {
  return {
    get: (accountId, userId) => store.readUser(accountId, userId),
    list: (input) => store.listUsers(input),
    listActive: ({ search, ...input }) =>
      search === undefined
        ? listActive(store, input)
        : searchPage({
            text: search,
            ...input,
            personOf: ({ user }) => user,
            list: (page) => listActive(store, { ...input, ...page }),
          }),
    active: (accountId, limit = ACTIVE_USERS_LIMIT) => store.listActiveUsers(accountId, limit),

    async update({ authenticatedAt, ...input }) {
      const update = (mayAddOwner: boolean) =>
        store.updateUser({ ...input, mayAddOwner, mustKeepOwner: !settings.hostDecidesOwners });
      const isRecent =
        authenticatedAt === undefined || isRecentSignIn(authenticatedAt, feed.now(), settings.reauthMs);
      let outcome = await update(isRecent);
      if (outcome.kind === "owner_not_allowed" && authenticatedAt !== undefined) {
        await requireRecentActor({ store, settings }, { ...input, authenticatedAt }, feed.now());
        outcome = await update(true);
      }
      if (outcome.kind === "not_found") throw notFound();
      if (outcome.kind === "owner_not_allowed") throw new CurfewError("reauthentication_required", {});
      if (outcome.kind === "last_owner") throw new CurfewError("last_owner", {});
      feed.remember(outcome.feed);
      return outcome.user;
    },

    delete: deleteUser,
  };
}
