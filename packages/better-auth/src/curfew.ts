import type { AuthContext, BetterAuthPlugin } from "better-auth";
import { endDeleted } from "./endings.js";
import { createDatabaseHooks, followDeletions, followOrganizations } from "./followers.js";
import { createGuard } from "./guard.js";
import { organizationOptions } from "./host.js";
import type { Service } from "./judge.js";
import type { CurfewPluginOptions } from "./options.js";
import { requireOrder } from "./read-session.js";
import { createRoutes, type Routes } from "./routes.js";
import { createSeenSessions } from "./seen-sessions.js";
import { showHeaders } from "./show-headers.js";

const ID = "curfew";

/** @throws TypeError if the id of a person can be an organization's too */
function requireDistinctIds(auth: AuthContext, { personalAccounts }: CurfewPluginOptions): void {
  const { advanced } = auth.options;
  const isNumbered =
    advanced?.database?.generateId === "serial" ||
    (advanced?.database as { useNumberId?: boolean } | undefined)?.useNumberId === true;
  if (personalAccounts === true && isNumbered && organizationOptions(auth) !== null)
    throw new TypeError("personalAccounts needs ids that no organization can have: not serial numbers");
}

/**
 * Governs the sessions of better-auth, each in its active organization. Curfew's routes stand at `{basePath}/curfew`.
 *
 * @throws TypeError for options that make no sense
 * @example betterAuth({ database, plugins: [organization(), curfew({ curfew: engine, publicUrl, secrets, activity: "reported" })] });
 */
export function curfew(options: CurfewPluginOptions) {
  let started: { readonly service: Service; readonly routes: Routes } | null = null;
  const running = () => {
    if (started === null) throw new Error("the plugin has not been initialized");
    return started;
  };
  const guard = createGuard(() => running().service);

  const plugin = {
    id: ID,
    init(auth: AuthContext) {
      requireOrder(auth, ID);
      requireDistinctIds(auth, options);
      showHeaders(auth, ID);
      const seen = createSeenSessions();
      const routes = createRoutes(auth, options, seen);
      const service: Service = { curfew: options.curfew, options, sessions: routes.sessions, seen };
      started = { service, routes };
      const { secondaryStorage } = auth.options;
      if (secondaryStorage !== undefined)
        followDeletions(secondaryStorage, (stored, call) => endDeleted(service, auth, stored, call));
      return { options: { databaseHooks: createDatabaseHooks(service, auth) } };
    },
    async onRequest(request: Request, auth: AuthContext) {
      const { service, routes } = running();
      const response = await routes.answer(request, auth, service);
      return response === null ? undefined : { response };
    },
    hooks: {
      before: guard.before ?? [],
      after: [...(guard.after ?? []), followOrganizations(() => running().service)],
    },
  } satisfies BetterAuthPlugin;
  return Object.assign(plugin, {
    /** Closes the open event streams and begins none: the server is about to stop. */
    close: () => started?.routes.sessions.close(),
  });
}
