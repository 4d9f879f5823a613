import { CurfewError, type Grant } from "@curfew/core";
import { type Fault, HttpProblem } from "@curfew/http";
import type { Unit } from "@curfew/sql";
import { insertPasswordHash } from "../accounts/credentials.js";
import { claimEmail } from "../accounts/directory.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { weakPasswordFaults } from "../passwords/new-password.js";
import type { People } from "../people.js";
import type { Client } from "../sign-in/client.js";
import { startingOver } from "../sign-in/superseded.js";
import { deleteInvitation, type Invitation, openInvitation } from "./invitation.js";
import { type InvitationToken, readInvitationToken } from "./link.js";

export interface AcceptInput {
  readonly token: string;
  readonly password: string;
  readonly client: Client;
}

const TOKEN_FAULT: Fault = {
  field: "token",
  code: "invalid_value",
  message: "This invitation does not work: it was used or replaced, or it is too old.",
};

/** The invitation that a link opens, null where it opens none. Throws `unavailable`. */
export async function findInvitation(
  { database }: Pick<People, "database">,
  token: string,
): Promise<{ token: InvitationToken; invitation: Invitation } | null> {
  const read = readInvitationToken(token);
  if (read === null) return null;
  const invitation = await database.read(() => openInvitation(serviceQueries(database), read));
  return invitation === null ? null : { token: read, invitation };
}

/**
 * Makes the invited person a user with this password, and signs in, in one transaction that uses the link up.
 * Throws `validation_failed`, `email_taken`, `unavailable`.
 */
export async function acceptInvitation(people: People, input: AcceptInput): Promise<Grant> {
  const { curfew, database, passwords } = people;
  let passwordHash: string | undefined;
  return await startingOver(async () => {
    const found = await findInvitation(people, input.token);
    const weak = await weakPasswordFaults(passwords, "password", input.password);
    if (found === null) throw new HttpProblem("validation_failed", { errors: [TOKEN_FAULT, ...weak] });
    if (weak.length > 0) throw new HttpProblem("validation_failed", { errors: weak });
    const { invitation, token } = found;
    passwordHash ??= await passwords.hash(input.password);
    const hash = passwordHash;
    return await curfew.sessions.start({
      accountId: invitation.accountId,
      user: {
        id: invitation.userId,
        name: invitation.name,
        email: invitation.email,
        role: invitation.role,
      },
      event: { type: "member.joined", details: { role: invitation.role } },
      alongside: () => join(serviceQueries(database), { token, invitation, passwordHash: hash }),
      ...input.client,
    });
  });
}

/** What both calls say of a link that is wrong, used, replaced or too old. */
export const invalidToken = (): HttpProblem =>
  new HttpProblem("validation_failed", { errors: [TOKEN_FAULT] });

interface Joining {
  readonly token: InvitationToken;
  /** As it was read before the password was hashed. */
  readonly invitation: Invitation;
  readonly passwordHash: string;
}

function* join(queries: ServiceQueries, { token, invitation, passwordHash }: Joining): Unit<void> {
  const current = yield* openInvitation(queries, token);
  if (current === null || !(yield* deleteInvitation(queries, invitation))) throw invalidToken();
  // An owner gave the invited person another role meanwhile: the user of this session has the old one.
  if (current.role !== invitation.role) throw new CurfewError("sign_in_superseded", {});
  if (!(yield* claimEmail(queries, invitation.emailKey, invitation))) throw new HttpProblem("email_taken");
  yield* insertPasswordHash(queries, invitation, passwordHash);
}
