import type { SessionChange } from "../../curfew.js";
import type { FeedRow, TokenStanding } from "../../revocation/feed.js";
import { hasPassed, nearestDeadline } from "../../session/deadlines.js";
import type { Session, SessionSnapshot, User } from "../../session/session.js";

export type Listener = (change: SessionChange) => void;

/** What is known of a session, as of one moment of the database's clock. */
export interface SessionKnowledge {
  readonly session: Session;
  readonly user: User;
  /** Milliseconds since the Unix epoch. */
  readonly knownAt: number;
  /** The numbers by which the feed judges the session, as it does its tokens. */
  readonly standing: TokenStanding;
}

export function knowledgeOf({
  session,
  user,
  account,
  now,
}: Pick<SessionSnapshot, "session" | "user" | "now"> & {
  account: { readonly policyVersion: number };
}): SessionKnowledge {
  return {
    session,
    user,
    knownAt: now,
    standing: {
      accountId: session.accountId,
      userId: session.userId,
      sessionId: session.id,
      accountEpoch: session.accountEpoch,
      userEpoch: user.epoch,
      policyVersion: account.policyVersion,
    },
  };
}

/** A session that one or more listeners watch. They share what is known of it. */
export interface Watched {
  known: SessionKnowledge;
  readonly listeners: Set<Listener>;
  /** The newest policy that its listeners were or will be told of, if their user is an owner. */
  policyVersion: number;
  /** Tell of a new policy as soon as it is clear that the session is live and its user an owner. */
  hasNews: boolean;
  /** The state of the questions about it. */
  readonly progress: {
    willBeJudged: boolean;
    isAsked: boolean;
    /** Something happened since it was asked. */
    asksAgain: boolean;
  };
}

export const newWatched = (known: SessionKnowledge): Watched => ({
  known,
  listeners: new Set(),
  policyVersion: known.standing.policyVersion,
  hasNews: false,
  progress: { willBeJudged: false, isAsked: false, asksAgain: false },
});

/** Whether a deadline has passed, as far as is known: a refresh may have moved it since. */
export const isOverdue = ({ known }: Watched, now: number): boolean =>
  hasPassed(nearestDeadline(known.session).at, now);

export const isShorter = (after: Session, before: Session): boolean =>
  after.idleMinutes < before.idleMinutes || after.absoluteMinutes < before.absoluteMinutes;

/** The watched sessions, by what a row of the feed concerns. */
export function createWatchIndex() {
  const accounts = new Map<string, AccountWatches>();

  return {
    find: (accountId: string, sessionId: string): Watched | undefined =>
      accounts.get(accountId)?.bySession.get(sessionId),

    add(watched: Watched): void {
      const { accountId, id, userId } = watched.known.session;
      const account = accounts.get(accountId) ?? { bySession: new Map(), byUser: new Map() };
      accounts.set(accountId, account);
      account.bySession.set(id, watched);
      const ofUser = account.byUser.get(userId) ?? new Set();
      account.byUser.set(userId, ofUser.add(watched));
    },

    remove(watched: Watched): void {
      const { accountId, id, userId } = watched.known.session;
      const account = accounts.get(accountId);
      if (account === undefined || account.bySession.get(id) !== watched) return;
      account.bySession.delete(id);
      const ofUser = account.byUser.get(userId);
      ofUser?.delete(watched);
      if (ofUser?.size === 0) account.byUser.delete(userId);
      if (account.bySession.size === 0) accounts.delete(accountId);
    },

    has: (watched: Watched): boolean => {
      const { accountId, id } = watched.known.session;
      return accounts.get(accountId)?.bySession.get(id) === watched;
    },

    /** The sessions that a row of the feed may concern. */
    concernedBy(row: FeedRow): Iterable<Watched> {
      const account = accounts.get(row.accountId);
      if (account === undefined) return [];
      switch (row.scope) {
        case "account":
        case "policy":
          return account.bySession.values();
        case "user":
        case "role":
          return account.byUser.get(row.userId) ?? [];
        case "session": {
          const watched = account.bySession.get(row.sessionId);
          return watched === undefined ? [] : [watched];
        }
      }
    },

    *all(): Iterable<Watched> {
      for (const { bySession } of accounts.values()) yield* bySession.values();
    },

    clear: (): void => accounts.clear(),
  };
}

interface AccountWatches {
  readonly bySession: Map<string, Watched>;
  readonly byUser: Map<string, Set<Watched>>;
}
