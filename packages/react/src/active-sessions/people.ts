import type { ActiveUser, SessionItem } from "@curfew/client";

/** Somebody who is signed in; `sessionCount` is null where only a part of their sessions has been seen. */
export interface ActivePerson {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly lastLoginAt: string | null;
  readonly lastActiveAt: string;
  readonly sessionCount: number | null;
}

/** The people of the policy's own list. */
export const peopleOf = (users: readonly ActiveUser[]): ActivePerson[] =>
  users.map((user) => ({
    userId: user.user_id,
    name: user.name,
    email: user.email,
    lastLoginAt: user.last_login_at,
    lastActiveAt: user.last_active_at,
    sessionCount: user.session_count,
  }));

/**
 * Groups sessions by their person, newest activity first, leaving out people who are known already.
 *
 * @param sessions in the order of their last activity, newest first, as the server lists them
 * @param known the people who are in the list already
 */
export function peopleOfSessions(
  sessions: readonly SessionItem[],
  known: readonly ActivePerson[],
): ActivePerson[] {
  const seen = new Set(known.map((person) => person.userId));
  const added = new Map<string, ActivePerson>();
  for (const { user, started_at, last_active_at } of sessions) {
    if (seen.has(user.id)) continue;
    const before = added.get(user.id);
    const lastLoginAt = [before?.lastLoginAt ?? started_at, started_at].sort().at(-1) ?? started_at;
    added.set(user.id, {
      userId: user.id,
      name: user.name,
      email: user.email,
      lastLoginAt,
      lastActiveAt: before?.lastActiveAt ?? last_active_at,
      sessionCount: null,
    });
  }
  return [...added.values()];
}
