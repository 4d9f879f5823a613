import { type Actor, isCurfewError, type RevocationReason } from "@curfew/core";
import type { AuthContext } from "better-auth";
import { accountsOfUser } from "./accounts.js";
import { NOBODY, type Service } from "./judge.js";

type Reason = Extract<
  RevocationReason,
  "signed_out" | "revoked_by_user" | "revoked_by_owner" | "password_changed"
>;

/** The call by which better-auth ends sessions; null outside of calls. */
export interface EndingCall {
  readonly path?: string;
  readonly context?: { readonly session?: { readonly user: { readonly id: string } } | null };
}

type EngineService = Pick<Service, "curfew" | "seen">;

interface DeletedSession {
  readonly token: string;
  readonly userId: string;
}

/** Ends a session that better-auth deletes in a call. */
export async function endDeleted(
  service: EngineService,
  auth: AuthContext,
  session: DeletedSession,
  call: EndingCall | null,
): Promise<void> {
  const end = endBy(call);
  if (call?.path === "/sign-out") await endSignedOut(service, auth, session);
  else if (end !== null) await endSession(service, auth, session, end);
}

/** Ends a session at its sign-out, which goes on where Curfew's database is down: better-auth's own ends all the same. */
export async function endSignedOut(
  service: EngineService,
  auth: AuthContext,
  session: DeletedSession,
): Promise<void> {
  try {
    await endSession(service, auth, session, { reason: "signed_out" });
  } catch (error) {
    if (!isCurfewError(error, "unavailable")) throw error;
    auth.logger.error("Curfew has not ended a session that was signed out", error);
  }
}

/** Ends a host session in every account that governs it. */
async function endSession(
  { curfew, seen }: EngineService,
  auth: AuthContext,
  { token, userId }: DeletedSession,
  end: { readonly reason: Reason; readonly actor?: Actor },
): Promise<void> {
  const accounts = new Set([...(await accountsOfUser(auth, userId)), ...seen.accountsOf(token)]);
  for (const accountId of accounts) await curfew.governed.end({ accountId, hostSessionId: token }, end);
}

/** Ends the sessions of a deleted user, and removes what is kept of the person. */
export async function deleteUser(
  { curfew }: EngineService,
  userId: string,
  accounts: readonly string[],
  call: EndingCall | null,
): Promise<void> {
  const actor = actorOf(call);
  for (const accountId of accounts)
    await curfew.users.delete({ accountId, userId, actor }).catch(ignoreUnknown);
}

/** Ends a user's sessions in one organization. */
export async function endMember(
  { curfew }: EngineService,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
  reason: "revoked_by_owner" | "revoked_by_user",
  call: EndingCall,
): Promise<void> {
  const actor = actorOf(call);
  await curfew.revoke.user(organizationId, userId, { actor, reason }).catch(ignoreUnknown);
}

/** Why better-auth ends a session; null where the deletion of the user follows, which tells more. */
function endBy(call: EndingCall | null): { reason: Reason; actor?: Actor } | null {
  const path = call?.path ?? "";
  if (path.startsWith("/delete-user") || path === "/admin/remove-user") return null;
  if (path.includes("password"))
    return { reason: path.startsWith("/admin/") ? "revoked_by_owner" : "password_changed" };
  if (path.startsWith("/admin/")) return { reason: "revoked_by_owner", actor: actorOf(call) };
  if (path.includes("revoke")) return { reason: "revoked_by_user" };
  return { reason: "signed_out" };
}

export const actorOf = (call: EndingCall | null): Actor => ({
  ...NOBODY,
  userId: call?.context?.session?.user.id ?? null,
});

function ignoreUnknown(error: unknown): void {
  if (!isCurfewError(error, "not_found")) throw error;
}
