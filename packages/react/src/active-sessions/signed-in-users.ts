import type { ActiveUser, SessionItem } from "@curfew/client";
import { useState } from "react";
import { type Action, useAction } from "../server-state/use-action.js";
import { useCurfew } from "../session/context.js";

/** A user with an open session. */
export interface SignedInUser {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly lastLoginAt: string | null;
  readonly lastActiveAt: string;
  /** Null while only some of the user's sessions are loaded. */
  readonly sessionCount: number | null;
}

/** The users in the response of the policy, which lists the first 100. */
export const usersOfPolicy = (users: readonly ActiveUser[]): SignedInUser[] =>
  users.map((user) => ({
    userId: user.user_id,
    name: user.name,
    email: user.email,
    lastLoginAt: user.last_login_at,
    lastActiveAt: user.last_active_at,
    sessionCount: user.session_count,
  }));

/**
 * Groups sessions by user, without the users that are already listed.
 *
 * @param sessions newest activity first, as the server lists them
 */
export function usersOfSessions(
  sessions: readonly SessionItem[],
  listed: readonly SignedInUser[],
): SignedInUser[] {
  const listedIds = new Set(listed.map((user) => user.userId));
  const users = new Map<string, SignedInUser>();
  for (const { user, started_at, last_active_at } of sessions) {
    if (listedIds.has(user.id)) continue;
    const known = users.get(user.id);
    const lastLoginAt = [known?.lastLoginAt ?? started_at, started_at].sort().at(-1) ?? started_at;
    users.set(user.id, {
      userId: user.id,
      name: user.name,
      email: user.email,
      lastLoginAt,
      lastActiveAt: known?.lastActiveAt ?? last_active_at,
      sessionCount: null,
    });
  }
  return [...users.values()];
}

const PAGE_SIZE = 200;
const NO_USERS: readonly SignedInUser[] = [];

/** The users beyond the first 100, found in the account's sessions. */
interface MoreUsers {
  readonly users: readonly SignedInUser[];
  /** Whether all sessions are loaded. */
  readonly done: boolean;
  readonly more: Action;
}

interface LoadedSessions {
  readonly firstUsers: readonly SignedInUser[];
  readonly sessions: readonly SessionItem[];
  readonly cursor: string | null;
}

/**
 * Pages through the account's sessions to find users that are not among the first. Starts over when those change.
 *
 * @param firstUsers the users that are already listed
 */
export function useMoreUsers(firstUsers: readonly SignedInUser[]): MoreUsers {
  const { api } = useCurfew();
  const [state, setState] = useState<LoadedSessions | null>(null);
  const loaded = state?.firstUsers === firstUsers ? state : null;
  const more = useAction(async () => {
    let sessions = loaded?.sessions ?? [];
    let cursor = loaded?.cursor ?? undefined;
    const knownCount = usersOfSessions(sessions, firstUsers).length;
    do {
      const query = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await api("GET /api/accounts/me/security/sessions", { query });
      sessions = [...sessions, ...page.items];
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && usersOfSessions(sessions, firstUsers).length === knownCount);
    setState({ firstUsers, sessions, cursor: cursor ?? null });
  });
  return {
    users: loaded === null ? NO_USERS : usersOfSessions(loaded.sessions, firstUsers),
    done: loaded !== null && loaded.cursor === null,
    more,
  };
}
