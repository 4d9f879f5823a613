import { getCurrentAuthContext } from "@better-auth/core/context";
import type { AuthContext, BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { accountsOfUser } from "./accounts.js";
import { actorOf, deleteUser, type EndingCall, endDeleted, endMember } from "./endings.js";
import type { Service } from "./judge.js";
import { toApiError } from "./refusal.js";

type DatabaseHooks = NonNullable<BetterAuthOptions["databaseHooks"]>;
type Storage = NonNullable<BetterAuthOptions["secondaryStorage"]>;
type AfterHook = NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["after"]>[number];

/** After better-auth's transaction: Curfew's database may be the same one. */
export function createDatabaseHooks(service: Service, auth: AuthContext): DatabaseHooks {
  const accounts = new WeakMap<object, readonly string[]>();
  const orApiError = (work: Promise<void>): Promise<void> =>
    work.catch(async (error) => {
      throw await toApiError(service.sessions, error);
    });
  return {
    session: {
      delete: {
        after: (session, context) =>
          orApiError(endDeleted(service, auth, session, context as unknown as EndingCall | null)),
      },
    },
    user: {
      delete: {
        // Memberships go with the user.
        before: async (user) => void accounts.set(user, await accountsOfUser(auth, user.id)),
        after: async (user, context) => {
          const call = context as unknown as EndingCall | null;
          await orApiError(deleteUser(service, user.id, accounts.get(user) ?? [user.id], call));
        },
      },
    },
  };
}

/**
 * Follows deletions from secondary storage, which the hooks of the database are not always told of: a session ends where its key is
 * deleted. The storage itself gets the method, because better-auth copies its options when a plugin adds to them.
 *
 * @param end is given the call that deletes
 */
export function followDeletions(
  storage: Storage,
  end: (session: StoredSession, call: EndingCall | null) => Promise<void>,
): void {
  const remove = storage.delete.bind(storage);
  storage.delete = async (key) => {
    const session = sessionIn(await storage.get(key), key);
    if (session !== null) await end(session, await currentCall());
    return remove(key);
  };
}

const currentCall = (): Promise<EndingCall | null> =>
  getCurrentAuthContext().then(
    (context) => context as unknown as EndingCall,
    () => null,
  );

interface StoredSession {
  readonly token: string;
  readonly userId: string;
}

function sessionIn(value: unknown, key: string): StoredSession | null {
  try {
    const stored = (typeof value === "string" ? JSON.parse(value) : value) as {
      session?: StoredSession;
    } | null;
    return stored?.session?.token === key ? stored.session : null;
  } catch {
    return null;
  }
}

/** Follows what the organization plugin does with members and organizations. */
export function followOrganizations(service: () => Service): AfterHook {
  return {
    matcher: ({ path }) => path !== undefined && Object.hasOwn(FOLLOWED, path),
    handler: createAuthMiddleware(async (ctx) => {
      const call = ctx as unknown as EndingCall & { path: string; context: { returned?: unknown } };
      const { returned } = call.context;
      if (typeof returned !== "object" || returned === null || "statusCode" in returned) return;
      await FOLLOWED[call.path]?.(service(), returned as never, call).catch(async (error) => {
        throw await toApiError(service().sessions, error);
      });
    }),
  };
}

interface Member {
  readonly organizationId: string;
  readonly userId: string;
}
type Follow = (service: Service, returned: never, call: EndingCall) => Promise<void>;

const FOLLOWED: Readonly<Record<string, Follow>> = {
  "/organization/remove-member": (service, { member }: { member: Member }, call) =>
    endMember(service, member, "revoked_by_owner", call),
  "/organization/leave": (service, member: Member, call) =>
    endMember(service, member, "revoked_by_user", call),
  "/organization/delete": ({ curfew }, { id }: { id: string }, call) =>
    curfew.accounts.delete({ accountId: id, actor: actorOf(call) }),
};
