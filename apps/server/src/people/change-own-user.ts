import { type Actor, CurfewError, type Identity, type User } from "@curfew/core";
import { fieldProblem, HttpProblem } from "@curfew/http";
import { first, type Unit } from "@curfew/sql";
import { claimEmail, readPasswordHash, releaseEmail, type UserReference } from "../accounts/credentials.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { retryIfSuperseded } from "../sign-in/begin-session.js";
import { checkCurrentPassword } from "../sign-in/check-current-password.js";

export interface OwnChange {
  readonly identity: Identity;
  readonly changes: { readonly name?: string; readonly email?: string };
  readonly currentPassword: string | undefined;
  readonly actor: Actor;
}

/**
 * Changes the caller's name and e-mail. Another e-mail needs the current password. Where nothing is new, nothing is written.
 * Throws `validation_failed`, `rate_limited`, `email_taken`, `token_expired`, `unavailable`.
 */
export async function changeOwnUser(context: ServiceContext, change: OwnChange): Promise<User> {
  const { accountId, userId } = change.identity;
  return await retryIfSuperseded(async () => {
    const before = await context.curfew.users.get(accountId, userId);
    if (before === null) throw new CurfewError("token_expired", {});
    const { name = before.name, email = before.email } = change.changes;
    if (name === before.name && email === before.email) return before;
    const passwordHash = email === before.email ? null : await checkPassword(context, change);
    return await context.curfew.users.update({
      accountId,
      userId,
      changes: { name, email },
      actor: change.actor,
      alongside: () =>
        writeAlongside(context, { before, after: { name, email }, passwordHash, actor: change.actor }),
    });
  });
}

async function checkPassword(
  context: ServiceContext,
  { identity, currentPassword, actor }: OwnChange,
): Promise<string> {
  if (currentPassword === undefined)
    throw fieldProblem("current_password", "required", "Another e-mail needs your current password.");
  const place = { ip: actor.ip, keyThumbprint: null };
  return (await checkCurrentPassword(context, identity, { currentPassword, place })).passwordHash;
}

interface CheckedChange {
  /** As read before the password was checked. */
  readonly before: User;
  readonly after: Pick<User, "name" | "email">;
  /** The hash that the password was checked against; null if no password was needed. */
  readonly passwordHash: string | null;
  readonly actor: Actor;
}

/** What changes with a user, in the transaction that has locked the account. */
function* writeAlongside(
  { database, writeEvent }: ServiceContext,
  { before, after, passwordHash, actor }: CheckedChange,
): Unit<void> {
  const queries = serviceQueries(database);
  const user = { accountId: before.accountId, userId: before.id };
  const current = yield* readNames(queries, user);
  if (current?.name !== before.name || current.email !== before.email)
    throw new CurfewError("sign_in_superseded", {});
  if (passwordHash !== null && (yield* readPasswordHash(queries, user)) !== passwordHash)
    throw new CurfewError("sign_in_superseded", {});
  if (after.email !== before.email) {
    yield* releaseEmail(queries, before.email, user);
    if (!(yield* claimEmail(queries, after.email, user))) throw new HttpProblem("email_taken");
  }
  const changed = (["name", "email"] as const).filter((field) => before[field] !== after[field]);
  const of = (names: Pick<User, "name" | "email">) =>
    Object.fromEntries(changed.map((field) => [field, names[field]]));
  yield* writeEvent(user.accountId, {
    type: "user.changed",
    actorId: actor.userId,
    sessionId: actor.sessionId,
    ip: actor.ip,
    details: { user_id: user.userId, before: of(before), after: of(after) },
  });
}

function* readNames(
  queries: ServiceQueries,
  { accountId, userId }: UserReference,
): Unit<Pick<User, "name" | "email"> | null> {
  return yield* first(
    queries
      .selectFrom("curfew_users")
      .select(["name", "email"])
      .where("account_id", "=", accountId)
      .where("id", "=", userId),
  );
}
