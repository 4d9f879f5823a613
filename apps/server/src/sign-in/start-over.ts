import { CurfewError, type Grant, isCurfewError, type SignInSnapshot, type User } from "@curfew/core";
import { readPasswordHash } from "../accounts/credentials.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";

/** A password that was found right, and what it was checked against. */
export interface CheckedPassword {
  readonly user: User;
  readonly passwordHash: string;
  /** Taken before the password check, so that later changes of the user supersede the sign-in. */
  readonly prepared: SignInSnapshot;
}

/** Each start is a transaction without a hash, so others would have to end sessions at the same pace to exhaust them. */
const MAX_STARTS = 50;

/**
 * Starts a session after a password check. Where others ended sessions meanwhile (of the user, or of the whole account), it
 * starts over with today's epochs and without another check, as long as password hash, role and `disabled` are what they were:
 * the right password is never kept out by what others end.
 *
 * Throws as `sessions.start`; `sign_in_superseded` if the user has changed.
 */
export async function startOver(
  context: Pick<ServiceContext, "curfew" | "database">,
  checked: CheckedPassword,
  start: (prepared: SignInSnapshot) => Promise<Grant>,
): Promise<Grant> {
  let { prepared } = checked;
  for (let count = 1; count <= MAX_STARTS; count += 1) {
    const grant = await startedWith(prepared, start);
    if (grant !== null) return grant;
    prepared = await prepareAgain(context, checked);
  }
  throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
}

/** Null if the session could not begin, or was over at its beginning, because others ended sessions. */
async function startedWith(
  prepared: SignInSnapshot,
  start: (prepared: SignInSnapshot) => Promise<Grant>,
): Promise<Grant | null> {
  try {
    const grant = await start(prepared);
    return grant.session.endedAt === null ? grant : null;
  } catch (error) {
    if (isCurfewError(error, "sign_in_superseded") || isCurfewError(error, "session_revoked")) return null;
    throw error;
  }
}

async function prepareAgain(
  { curfew, database }: Pick<ServiceContext, "curfew" | "database">,
  { user: before, passwordHash }: CheckedPassword,
): Promise<SignInSnapshot> {
  const reference = { accountId: before.accountId, userId: before.id };
  const prepared = await curfew.sessions.prepare(before.accountId, before.id);
  // Read after the snapshot: a password that changes from here on raises the user's epoch.
  const current = await database.read(() => readPasswordHash(serviceQueries(database), reference));
  const { user } = prepared;
  if (user === null || user.disabled || user.role !== before.role || current !== passwordHash)
    throw new CurfewError("sign_in_superseded", {});
  return prepared;
}
