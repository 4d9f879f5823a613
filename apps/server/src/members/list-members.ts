import { serviceQueries } from "../database/tables.js";
import { listInvitations } from "../invitations/invitation.js";
import type { People } from "../people.js";
import { type Member, memberOfInvitation, memberOfUser } from "./member.js";

/** Everybody in an account by name, and after them those who were asked to join. Throws `unavailable`. */
export async function listMembers(
  { curfew, database }: Pick<People, "curfew" | "database">,
  accountId: string,
): Promise<readonly Member[]> {
  // In this order somebody who joins in between is seen once at least; the ids tell who is seen twice.
  const invitations = await database.read(() => listInvitations(serviceQueries(database), accountId));
  const users = await curfew.users.list(accountId);
  const joined = new Set(users.map((user) => user.id));
  const invited = invitations.filter((invitation) => !joined.has(invitation.userId));
  return [...users.map(memberOfUser), ...invited.map(memberOfInvitation)];
}
