import { CurfewError, isCurfewError } from "@curfew/core";
import { HttpProblem } from "@curfew/http";
import type { Unit } from "@curfew/sql";
import { claimEmail, insertPasswordHash } from "../accounts/credentials.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { decodeLinkToken, type LinkToken } from "../links/link-token.js";
import { type LinkUse, requireLink, tokenFault } from "../links/use-link.js";
import type { ServiceContext } from "../service-context.js";
import { type NamedGrant, networkOfClient, retryIfSuperseded } from "../sign-in/begin-session.js";
import { deleteInvitation, type OpenInvitation, openInvitation } from "./invitation.js";

const TOKEN_FAULT = tokenFault(
  "This invitation does not work: it was used, replaced, withdrawn or ended, or it is too old.",
);

/** The problem of a token that opens no invitation; see `openInvitation`. */
export const invalidToken = (): HttpProblem =>
  new HttpProblem("validation_failed", { errors: [TOKEN_FAULT] });

/** Finds the invitation that a token opens; null if it opens none. Throws `unavailable`. */
export async function findInvitation(
  { database }: Pick<ServiceContext, "database">,
  token: string,
): Promise<{ token: LinkToken; invitation: OpenInvitation } | null> {
  const decoded = decodeLinkToken(token);
  if (decoded === null) return null;
  const invitation = await database.read(() => openInvitation(serviceQueries(database), decoded));
  return invitation === null ? null : { token: decoded, invitation };
}

/**
 * Creates the invited user with a password and signs in, in one transaction that uses up the invitation.
 * Throws `validation_failed`, `rate_limited`, `email_taken`, `unavailable`.
 */
export async function acceptInvitation(context: ServiceContext, acceptance: LinkUse): Promise<NamedGrant> {
  const { curfew, database, passwords } = context;
  const network = networkOfClient(acceptance.client);
  let passwordHash: string | undefined;
  return await retryIfSuperseded(async () => {
    const opened = await findInvitation(context, acceptance.token);
    const { invitation, token } = await requireLink(context, acceptance, opened, TOKEN_FAULT);
    passwordHash ??= await passwords.hash(acceptance.password, network);
    const hash = passwordHash;
    const { accountId, accountName, userId: id, name, email, role } = invitation;
    try {
      const grant = await curfew.sessions.start({
        accountId,
        user: { id, name, email, role },
        event: { type: "member.joined", details: { role } },
        alongside: () =>
          replaceInvitationByUser(serviceQueries(database), { token, invitation, passwordHash: hash }),
        ...acceptance.client,
      });
      return { grant, accountName };
    } catch (error) {
      // The account was deleted meanwhile.
      throw isCurfewError(error, "session_revoked") ? invalidToken() : error;
    }
  });
}

interface CheckedInvitation {
  readonly token: LinkToken;
  /** As read before the password was hashed. */
  readonly invitation: OpenInvitation;
  readonly passwordHash: string;
}

function* replaceInvitationByUser(
  queries: ServiceQueries,
  { token, invitation, passwordHash }: CheckedInvitation,
): Unit<void> {
  const current = yield* openInvitation(queries, token);
  if (current === null || !(yield* deleteInvitation(queries, invitation))) throw invalidToken();
  // An owner changed the role since it was read, and the session that is being started has the old one.
  if (current.role !== invitation.role) throw new CurfewError("sign_in_superseded", {});
  if (!(yield* claimEmail(queries, invitation.email, invitation))) throw new HttpProblem("email_taken");
  yield* insertPasswordHash(queries, invitation, passwordHash);
}
