import type { ReferenceState } from "./reference-state.js";
import { type RefUser, type Refused, refused } from "./reference-types.js";

/** Whether a change would leave an account without an owner who can sign in, unless that is for the host to decide. */
export function leavesNoOwner(state: ReferenceState, user: RefUser, remainsOwner: boolean): boolean {
  const isEnabledOwner = ({ role, disabled }: RefUser): boolean => role === "owner" && !disabled;
  const others = state.users.filter(
    (other) => other !== user && other.account === user.account && isEnabledOwner(other),
  );
  return !state.settings.hostDecidesOwners && isEnabledOwner(user) && !remainsOwner && others.length === 0;
}

export function deleteUser(state: ReferenceState, account: string, name: string): Refused | null {
  const user = state.user(account, name);
  if (user !== null && leavesNoOwner(state, user, false)) return refused("last_owner");
  const reason = "user_deleted";
  state.rememberDeletion(account, name, reason);
  if (user === null) return refused("not_found");
  const ending = state.live(account, name);
  for (const session of ending) state.revoke(session, reason);
  state.users = state.users.filter((other) => other !== user);
  state.gone.push(user);
  state.hear("user", account, { user: name, reason });
  state.record(account, "member.deleted", null, { count: ending.length });
  return null;
}

/** Ends every session of an account. Its rows go later. */
export function deleteAccount(state: ReferenceState, name: string): null {
  const reason = "account_deleted";
  for (const session of state.live(name)) state.revoke(session, reason);
  state.rememberDeletion(name, null, reason);
  state.hear("account", name, { reason });
  const isOfOther = ({ account }: { account: string }): boolean => account !== name;
  state.gone.push(...state.users.filter((user) => !isOfOther(user)));
  state.users = state.users.filter(isOfOther);
  state.trail = state.trail.filter(isOfOther);
  const account = state.account(name);
  account.policy = { idle: null, absolute: null };
  account.version += 1;
  account.signOuts.push({ reason, at: state.now });
  account.isGone = true;
  return null;
}

/** The rows of a deleted account are gone, and its sessions with them. */
export function removeRows(state: ReferenceState, name: string): void {
  state.sessions = state.sessions.filter(({ account }) => account !== name);
  state.touches = state.touches.filter(({ session }) => state.knownSession(session) !== null);
}
