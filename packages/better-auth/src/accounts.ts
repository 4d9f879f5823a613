import { getCurrentAdapter } from "@better-auth/core/context";
import type { OpenGoverned, Role } from "@curfew/core";
import type { AuthContext } from "better-auth";
import { type Host, organizationOptions } from "./host.js";
import type { CurfewPluginOptions } from "./options.js";

/** A session in its account. */
export interface Placed {
  readonly input: OpenGoverned;
  /** Why the session can't begin here; null where it can. */
  readonly lost: Lost | null;
}

/** The person is no member of the organization (any more), or better-auth has deleted the session. */
export type Lost = "revoked_by_owner" | "signed_out";

type Options = Pick<CurfewPluginOptions, "account" | "role" | "personalAccounts" | "clientIp">;

interface Member {
  readonly organizationId: string;
  readonly userId: string;
  readonly role: string;
}

/** More memberships of one person than this are not looked at. */
const MEMBERSHIPS_MAX = 10_000;

/** Tells the account of a session, and the person's role there; null if no account governs it. */
export async function placeOf(
  auth: AuthContext,
  options: Options,
  host: Host,
  request: Request,
): Promise<Placed | null> {
  const { session, token, startedAt } = host;
  const { user } = session;
  const own = options.personalAccounts === true ? user.id : null;
  const chosen = options.account === undefined ? undefined : await options.account(session, request);
  const accountId = chosen === undefined ? (session.activeOrganizationId ?? own) : chosen;
  if (accountId === null) return null;
  // Ids that are numbers can be a user's and an organization's.
  const isOwn = accountId === user.id && accountId !== session.activeOrganizationId;
  const roles = isOwn ? null : await rolesIn(auth, accountId, user.id);
  const role =
    options.role === undefined ? roleOf(auth, isOwn, roles) : await options.role(session, request, accountId);
  // With accounts of its own the host decides who is a member.
  const isMember = isOwn || options.account !== undefined || roles !== null;
  return {
    lost: host.isDeleted ? "signed_out" : isMember ? null : "revoked_by_owner",
    input: {
      accountId,
      hostSessionId: token,
      startedAt,
      user: { id: user.id, name: withoutNul(user.name || user.email), email: withoutNul(user.email), role },
      ...(options.clientIp !== undefined || !session.ipAddress ? {} : { device: { ip: session.ipAddress } }),
    },
  };
}

/** Curfew refuses it, and who gets one into a name must not be kept out by it. */
const withoutNul = (text: string): string => text.replaceAll("\0", "\uFFFD");

/** The accounts that a person has by memberships, and the person's own. */
export async function accountsOfUser(auth: AuthContext, userId: string): Promise<readonly string[]> {
  if (organizationOptions(auth) === null) return [userId];
  const members = await (await adapterOf(auth)).findMany<Member>({
    model: "member",
    where: [{ field: "userId", value: userId }],
    limit: MEMBERSHIPS_MAX,
  });
  return [userId, ...members.map(({ organizationId }) => organizationId)];
}

/** The transaction's, inside of one: SQLite would wait for itself. */
export const adapterOf = ({ adapter }: AuthContext) => getCurrentAdapter(adapter);

async function rolesIn(auth: AuthContext, organizationId: string, userId: string) {
  if (organizationOptions(auth) === null) return null;
  const member = await (await adapterOf(auth)).findOne<Member>({
    model: "member",
    where: [
      { field: "organizationId", value: organizationId },
      { field: "userId", value: userId },
    ],
  });
  return member === null ? null : member.role.split(",").map((role) => role.trim());
}

function roleOf(auth: AuthContext, isOwn: boolean, roles: readonly string[] | null): Role {
  const owners = ["owner", "admin", organizationOptions(auth)?.creatorRole];
  return isOwn || roles?.some((role) => owners.includes(role)) === true ? "owner" : "member";
}

/** The organization's name; the person's for a personal account. */
export async function nameOfAccount(auth: AuthContext, accountId: string): Promise<string> {
  const where = [{ field: "id", value: accountId }];
  const organization =
    organizationOptions(auth) === null
      ? null
      : await (await adapterOf(auth)).findOne<{ name: string }>({ model: "organization", where });
  const named = organization ?? (await auth.internalAdapter.findUserById(accountId));
  return named?.name ?? accountId;
}
