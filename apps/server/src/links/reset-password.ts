import { isCurfewError } from "@curfew/core";
import { HttpProblem } from "@curfew/http";
import { createSignInReader, lastly, type Unit } from "@curfew/sql";
import { setPasswordHash } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { type NamedGrant, networkOfClient, retryIfSuperseded } from "../sign-in/begin-session.js";
import { decodeLinkToken, type LinkToken } from "./link-token.js";
import { deletePasswordLink, type OpenPasswordLink, openPasswordLink } from "./password-link.js";
import { type LinkUse, requireLink, tokenFault } from "./use-link.js";

const TOKEN_FAULT = tokenFault("This link does not work: it was used, replaced or ended, or it is too old.");

/** The problem of a token that opens no link to a new password; see `openPasswordLink`. */
export const invalidPasswordLink = (): HttpProblem =>
  new HttpProblem("validation_failed", { errors: [TOKEN_FAULT] });

interface FoundLink {
  readonly token: LinkToken;
  readonly link: OpenPasswordLink;
}

/** Finds the link that a token opens; null if it opens none. Throws `unavailable`. */
export async function findPasswordLink(
  { database }: Pick<ServiceContext, "database">,
  token: string,
): Promise<FoundLink | null> {
  const decoded = decodeLinkToken(token);
  if (decoded === null) return null;
  const link = await database.read(() => openPasswordLink(serviceQueries(database), decoded));
  return link === null ? null : { token: decoded, link };
}

/**
 * Gives the user of a link the chosen password, ends all of their sessions and signs in, in one transaction that uses up the link.
 * The limits on failed sign-ins don't count here, and forget the failures of the user's e-mail.
 *
 * Throws `validation_failed`, `rate_limited`, `unavailable`.
 */
export async function resetPassword(context: ServiceContext, reset: LinkUse): Promise<NamedGrant> {
  const { passwords } = context;
  const network = networkOfClient(reset.client);
  let passwordHash: string | undefined;
  return await retryIfSuperseded(async () => {
    const opened = await findPasswordLink(context, reset.token);
    const found = await requireLink(context, reset, opened, TOKEN_FAULT);
    passwordHash ??= await passwords.hash(reset.password, network);
    return await beginSession(context, found, { ...reset, passwordHash });
  });
}

async function beginSession(
  context: ServiceContext,
  { token, link }: FoundLink,
  { client, passwordHash }: LinkUse & { readonly passwordHash: string },
): Promise<NamedGrant> {
  const { curfew, database, limits } = context;
  const { accountId, userId } = link;
  const [prepared] = await database.read(() => lastly(createSignInReader(database)(accountId, userId)));
  const { user } = prepared;
  if (user === null) throw invalidPasswordLink();
  const failures = { addressKey: addressKeyOf(user.email), networks: [networkOfClient(client)] };
  try {
    const grant = await curfew.sessions.start({
      accountId,
      user: { id: userId, name: user.name, email: user.email, role: user.role },
      prepared,
      rechecks: true,
      endsOthers: "password_changed",
      event: { type: "password.changed", details: { by_link: true } },
      *alongside() {
        yield* usePasswordLink(context, token, passwordHash);
        yield* limits.forgetting(failures);
      },
      ...client,
    });
    return { grant, accountName: link.accountName };
  } catch (error) {
    // The account was deleted meanwhile.
    if (isCurfewError(error, "user_disabled") || isCurfewError(error, "session_revoked"))
      throw invalidPasswordLink();
    throw error;
  }
}

/** Checks the link again and uses it up. The account is locked, so of two requests at once one finds none. */
function* usePasswordLink(
  { database }: Pick<ServiceContext, "database">,
  token: LinkToken,
  passwordHash: string,
): Unit<void> {
  const queries = serviceQueries(database);
  const current = yield* openPasswordLink(queries, token);
  if (current === null || !(yield* deletePasswordLink(queries, current))) throw invalidPasswordLink();
  yield* setPasswordHash(queries, current, passwordHash);
}
