import type { AuthContext, BetterAuthPlugin } from "better-auth";
import { endSession } from "./endings.js";
import { createDatabaseHooks, createEndingPaths, followOrganizations, withEndings } from "./followers.js";
import { createGuard } from "./guard.js";
import type { Service } from "./judge.js";
import type { CurfewPluginOptions } from "./options.js";
import { requireOrder } from "./read-session.js";
import { createRoutes, type Routes } from "./routes.js";
import { createSeenSessions } from "./seen-sessions.js";

const ID = "curfew";

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
  const paths = createEndingPaths();
  const guard = createGuard(() => running().service, paths);

  return {
    id: ID,
    init(auth: AuthContext) {
      requireOrder(auth, ID);
      const seen = createSeenSessions();
      const routes = createRoutes(auth, options, seen);
      const service: Service = { curfew: options.curfew, options, sessions: routes.sessions, seen };
      started = { service, routes };
      const { secondaryStorage, session } = auth.options;
      if (secondaryStorage !== undefined && session?.storeSessionInDatabase !== true)
        auth.options.secondaryStorage = withEndings(secondaryStorage, async (stored) => {
          const end = paths.endOf(stored.userId);
          if (end !== null) await endSession(service, auth, stored, end);
        });
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
}
