import type { AuthContext } from "better-auth";
import { type Host, hostOf, inOrganization } from "./host.js";

interface Found {
  readonly session: Host["session"]["session"];
  readonly user: Host["session"]["user"];
}

/** What an endpoint leaves in its context: the session that it went by, and the one that it began or opened. */
type Left = AuthContext & { readonly session?: Found | null };

/**
 * The tokens of the sessions that an endpoint has gone by, begun or opened. A hook of the host's may have found one that the call's
 * credential does not name, and other credentials can open one from before: a one-time token, the cookie of another account on this
 * device, the end of an impersonation.
 */
export const usedTokens = ({ session, newSession }: Left): ReadonlySet<string> =>
  new Set([session?.session?.token, newSession?.session?.token].filter((token) => token !== undefined));

/** Null for what is no session: the `api-key` plugin makes one of each key. */
export async function findHost(auth: AuthContext, token: string): Promise<Host | null> {
  const found = (await auth.internalAdapter.findSession(token)) as Found | null;
  return found && hostOf(found.session, found.user, false);
}

type Item = Partial<Found> & { readonly organizationId?: string };

/** Lists of what may be closed to a session, item by item. */
const LISTS: Readonly<Record<string, (item: Item, host: Host | null) => Host | null>> = {
  "/organization/list-user-teams": ({ organizationId = null }, host) =>
    host && inOrganization(host, organizationId),
  "/multi-session/list-device-sessions": ({ session, user }) =>
    session && user ? hostOf(session, user, false) : null,
};

/** Takes out of an endpoint's list what is closed; undefined where that is nothing. */
export async function filterList(
  path: string,
  items: unknown,
  host: Host | null,
  isOpen: (listed: Host) => Promise<boolean>,
): Promise<readonly unknown[] | undefined> {
  const hostOfItem = Object.hasOwn(LISTS, path) ? LISTS[path] : undefined;
  if (hostOfItem === undefined || !Array.isArray(items)) return undefined;
  const open: unknown[] = [];
  for (const item of items as readonly Item[]) {
    const listed = hostOfItem(item, host);
    if (listed === null || (await isOpen(listed))) open.push(item);
  }
  return open.length === items.length ? undefined : open;
}
