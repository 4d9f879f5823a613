import { type Identity, networkOf } from "@curfew/core";
import { serviceQueries } from "../database/tables.js";
import { deletePasswordLink } from "../links/password-link.js";
import { requireUncommonPassword } from "../passwords/common-passwords.js";
import type { ServiceContext } from "../service-context.js";
import { type NamedGrant, retryIfSuperseded, type SessionClient } from "./begin-session.js";
import { checkCurrentPassword } from "./check-current-password.js";
import { recheckPassword } from "./checked-password.js";

export interface PasswordChange {
  readonly identity: Identity;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The client's address; null if it is unknown. */
  readonly ip: string | null;
  readonly client: SessionClient;
}

/**
 * Changes the caller's password, begins a new session and ends all other sessions of the user.
 * Throws `validation_failed` if the current password is wrong or the new one too common, `rate_limited`, `unavailable`.
 */
export async function changePassword(context: ServiceContext, change: PasswordChange): Promise<NamedGrant> {
  const { curfew, database, passwords } = context;
  const { accountId, userId } = change.identity;
  const network = networkOf(change.ip ?? "");
  await requireUncommonPassword(passwords, "new_password", change.newPassword);
  return await retryIfSuperseded(async () => {
    const { currentPassword, ip, client } = change;
    const place = { ip, keyThumbprint: client.keyThumbprint ?? null };
    const checked = await checkCurrentPassword(context, change.identity, { currentPassword, place });
    const { user, prepared, accountName } = checked;
    const after = await passwords.hash(change.newPassword, network);
    const grant = await curfew.sessions.start({
      accountId,
      user: { id: userId, name: user.name, email: user.email, role: user.role },
      prepared,
      rechecks: true,
      endsOthers: "password_changed",
      event: { type: "password.changed", details: {} },
      *alongside() {
        yield* recheckPassword(context, checked, after);
        yield* deletePasswordLink(serviceQueries(database), { accountId, userId });
      },
      ...client,
    });
    return { grant, accountName };
  });
}
