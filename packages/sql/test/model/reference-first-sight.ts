import type { ReferenceState } from "./reference-state.js";
import type { Client, End, RefSession, Times } from "./reference-types.js";

const MINUTE = 60_000;

/** The fields that a host got wrong. Its clock may be ahead by a minute. */
export function timesFaults({ startedAt, authenticatedAt, notAfter }: Times, now: number): string[] {
  const latest = now + MINUTE;
  const wrong = {
    notAfter: notAfter !== null && notAfter < startedAt,
    startedAt: startedAt > latest,
    authenticatedAt: authenticatedAt !== null && authenticatedAt > latest,
  };
  return Object.entries(wrong).flatMap(([field, isWrong]) => (isWrong ? [field] : []));
}

export interface Beginning {
  session: string;
  account: string;
  user: string;
  key: string | null;
  client: Client;
  /** Null: the session begins now. */
  times: Times | null;
  isGoverned: boolean;
}

/** Returns a session as it begins, or as it had ended before anybody saw it. */
export function beginSession(state: ReferenceState, beginning: Beginning): RefSession {
  const { now, settings } = state;
  const { session: name, account, user, key, client, times, isGoverned } = beginning;
  const startedAt = Math.min(times?.startedAt ?? now, now);
  const countsFrom = times === null ? null : settings.governedSince;
  const session: RefSession = {
    name,
    account,
    user,
    key,
    isGoverned,
    startedAt,
    authenticatedAt: Math.min(times?.authenticatedAt ?? startedAt, now),
    lastActiveAt: Math.min(Math.max(times?.lastActiveAt ?? now, startedAt), now),
    absoluteFrom: Math.max(startedAt, countsFrom ?? startedAt),
    notAfter: times?.notAfter ?? null,
    ...state.effective(state.account(account).policy),
    generation: 0,
    rotatedAt: null,
    rotations: [],
    shared: [],
    seen: [client],
    deviceChanges: [],
    end: null,
  };
  if (times !== null) session.end = endBeforeFirstSight(state, session);
  return session;
}

/** The earliest of the last sign-outs and the session's own deadline. At the same time the deadline comes first, then the account. */
function endBeforeFirstSight(state: ReferenceState, session: RefSession): End | null {
  const signOut = [...state.signOutMoments, ...state.deletions]
    .filter(
      ({ account, user, at }) =>
        account === session.account && (user === null || user === session.user) && session.startedAt <= at,
    )
    .sort((a, b) => a.at - b.at || Number(a.user !== null) - Number(b.user !== null))[0];
  const deadline = state.nearestDeadline(session);
  if (deadline.at <= (signOut?.at ?? state.now)) return { kind: "expired", ...deadline };
  return signOut === undefined ? null : { kind: "revoked", reason: signOut.reason, at: signOut.at };
}

/** Whether a session that begins is seen so late that it is no sign-in. */
export const isAdopted = ({ startedAt }: RefSession, now: number): boolean => now - startedAt > MINUTE;
