import type { Role, User } from "@curfew/core";
import { wireTimeOrNull } from "@curfew/http";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { type Invitation, listInvitations } from "./invitation.js";

/** A user of an account, or an invitation to it. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: "active" | "invited" | "disabled";
  /** Milliseconds since the Unix epoch; null before the first sign-in. */
  readonly lastLoginAt: number | null;
}

/** Lists the users of an account by name, followed by its open invitations. Throws `unavailable`. */
export async function listMembers(
  { curfew, database }: Pick<ServiceContext, "curfew" | "database">,
  accountId: string,
): Promise<readonly Member[]> {
  // Invitations are read first: a user who joins between the two reads is then in both lists, and deduplicated by id.
  const invitations = await database.read(() => listInvitations(serviceQueries(database), accountId));
  const users = await curfew.users.list(accountId);
  const userIds = new Set(users.map((user) => user.id));
  const open = invitations.filter((invitation) => !userIds.has(invitation.userId));
  return [...users.map(memberOfUser), ...open.map(memberOfInvitation)];
}

export const memberOfUser = ({ id, name, email, role, disabled, lastLoginAt }: User): Member => ({
  id,
  name,
  email,
  role,
  status: disabled ? "disabled" : "active",
  lastLoginAt,
});

/** An expired invitation is a member too, since it can be sent again. */
export const memberOfInvitation = ({ userId, name, email, role }: Invitation): Member => ({
  id: userId,
  name,
  email,
  role,
  status: "invited",
  lastLoginAt: null,
});

/** The wire format of a member. */
export const wireMember = ({ lastLoginAt, ...member }: Member) => ({
  ...member,
  last_login_at: wireTimeOrNull(lastLoginAt),
});
