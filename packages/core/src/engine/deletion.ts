import type { Accounts, Users } from "../curfew.js";
import { CurfewError, notFound } from "../errors.js";
import { MINUTE_MS } from "../session/deadlines.js";
import type { Store } from "../store.js";
import type { EngineContext } from "./context.js";

/** As long as the ended sessions of other accounts. */
const AFTER_LONGEST_SESSION_MS = 30 * 86_400_000;

/** Creates `Users.delete` and `Curfew.accounts`. */
export function createDeletion<HostStatements>(
  { settings, feed, sweepSoon }: Pick<EngineContext, "settings" | "feed" | "sweepSoon">,
  store: Pick<Store<HostStatements>, "deleteUser" | "deleteAccount">,
): {
  readonly deleteUser: Users<HostStatements>["delete"];
  readonly accounts: Accounts<HostStatements>;
} {
  const tombstoneMs = settings.policy.bounds.absoluteMinutesMax * MINUTE_MS + AFTER_LONGEST_SESSION_MS;
  return {
    async deleteUser(input) {
      const mustKeepOwner = !settings.hostDecidesOwners;
      const outcome = await store.deleteUser({ ...input, mustKeepOwner, tombstoneMs });
      if (outcome.kind === "not_found") throw notFound();
      if (outcome.kind === "last_owner") throw new CurfewError("last_owner", {});
      feed.remember(outcome.feed);
      sweepSoon();
    },

    accounts: {
      async delete({ actor: _actor, ...input }) {
        const outcome = await store.deleteAccount({ ...input, tombstoneMs });
        feed.remember(outcome.feed);
        sweepSoon();
      },
    },
  };
}
