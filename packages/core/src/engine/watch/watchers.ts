import type { SessionChange, WatchedSession } from "../../curfew.js";
import { contended, endedError, notFound } from "../../errors.js";
import type { FeedRow } from "../../revocation/feed.js";
import type { FeedFollower } from "../../revocation/follow.js";
import type { Identity } from "../../session/access-token.js";
import { hasPassed, nearestDeadline } from "../../session/deadlines.js";
import { type EndedFate, fateOf, type SessionSnapshot } from "../../session/session.js";
import type { RefreshedSession, Store } from "../../store.js";
import { missingSession } from "../missing-session.js";
import { createSessionQueue } from "../session-queue.js";
import { createSlices } from "../slices.js";
import {
  createWatchIndex,
  isOverdue,
  isShorter,
  knowledgeOf,
  type Listener,
  newWatched,
  type SessionKnowledge,
  type Watched,
} from "./watched-session.js";

/** Of the connections that refreshes and the feed's reads need too, watching takes a few at most. */
const LOOKS = { maxRuns: 2, maxSessions: 50, failsTogether: true };
/** One at a time for an account: each waits for the account's lock. */
const CLOSES = { maxRuns: 4, maxSessions: 1, failsTogether: false };
/** Judging takes a microsecond or two. */
const JUDGED_PER_TURN = 200;
/** Each listener writes to a connection. A call takes several turns, so a millisecond in each would show in its time. */
const TOLD_PER_TURN = 8;
const OPENING_ATTEMPTS = 2;

export interface WatchOptions {
  readonly store: Pick<Store, "readSession" | "readSessions" | "closeExpired" | "readAccountTombstone">;
  readonly feed: Pick<FeedFollower, "judge" | "hasRead" | "isFresh" | "now">;
}

/** Whose session to watch, and when the token was issued that asks, in milliseconds since the Unix epoch. */
export type WatchIdentity = Pick<Identity, "accountId" | "sessionId"> & Partial<Pick<Identity, "issuedAt">>;

/**
 * Watches sessions for their clients. The feed's rows tell what happened to an account, a user or a session, as they do for
 * `verify`. Where they don't (a policy was applied, a role changed, a deadline has passed), the database is asked, once for a
 * session whatever the number of its listeners. A failed look is repeated after the next read of the feed, and never counts as
 * an end.
 */
export function createWatchers({ store, feed }: WatchOptions) {
  const index = createWatchIndex();
  const judging = createSlices(JUDGED_PER_TURN);
  const telling = createSlices(TOLD_PER_TURN);
  const looks = createSessionQueue<SessionSnapshot>({
    ...LOOKS,
    run: async (accountId, sessionIds) => {
      const snapshots = await store.readSessions(accountId, sessionIds);
      return new Map(snapshots.map((snapshot) => [snapshot.session.id, snapshot]));
    },
  });
  const closes = createSessionQueue<EndedFate>({
    ...CLOSES,
    async run(accountId, sessionIds) {
      const ends = new Map<string, EndedFate | null>();
      for (const id of sessionIds) {
        const outcome = await store.closeExpired(accountId, id);
        ends.set(id, outcome.kind === "ended" ? outcome.fate : null);
      }
      return ends;
    },
  });
  /** To be judged again after the next read of the feed. */
  const waiting = new Set<Watched>();
  /** No known deadline is earlier, but those that have passed and are being asked about. */
  let nextDeadline = Number.POSITIVE_INFINITY;

  const tell = (watched: Watched, change: SessionChange): void => {
    for (const listener of watched.listeners)
      telling.push(() => {
        if (watched.listeners.has(listener)) listener(change);
      });
  };

  const end = (watched: Watched, fate: EndedFate): void => {
    remove(watched);
    tell(watched, { kind: "ended", fate });
  };

  const remove = (watched: Watched): void => {
    index.remove(watched);
    waiting.delete(watched);
  };

  const judgeSoon = (watched: Watched): void => {
    const { progress } = watched;
    if (progress.willBeJudged) return;
    progress.willBeJudged = true;
    judging.push(() => {
      progress.willBeJudged = false;
      if (index.has(watched)) judge(watched);
    });
  };

  /** Judges a session by the feed, and asks the database where that is unclear. */
  const judge = (watched: Watched): void => {
    const { session, standing } = watched.known;
    const verdict = feed.judge(standing);
    if (verdict.kind === "revoked") {
      // A row of this process's own may be the second cause, and the first one not read yet.
      if (!feed.hasRead(verdict.sequence)) waiting.add(watched);
      else if (hasPassed(nearestDeadline(session).at, verdict.at)) ask(watched);
      else end(watched, { state: "revoked", reason: verdict.reason, endedAt: verdict.at });
    } else if (verdict.kind !== "good" || isOverdue(watched, feed.now())) ask(watched);
    else if (watched.hasNews && feed.isFresh()) tellNews(watched);
    else if (watched.hasNews) ask(watched);
  };

  const ask = (watched: Watched): void => {
    const { progress } = watched;
    if (progress.isAsked) progress.asksAgain = true;
    else void learnFromDatabase(watched);
  };

  const learnFromDatabase = async (watched: Watched): Promise<void> => {
    const { progress } = watched;
    const { accountId, id } = watched.known.session;
    progress.isAsked = true;
    progress.asksAgain = false;
    try {
      const snapshot = await looks.add(accountId, id);
      if (snapshot !== null && index.has(watched)) await learn(watched, snapshot);
      if (snapshot === null) await learnOfDeletion(watched);
    } catch {
      if (index.has(watched)) waiting.add(watched);
    }
    progress.isAsked = false;
    if (progress.asksAgain && index.has(watched)) judgeSoon(watched);
  };

  /** The session's row is gone, as it is with its account. */
  const learnOfDeletion = async (watched: Watched): Promise<void> => {
    const tombstone = await store.readAccountTombstone(watched.known.session.accountId);
    if (tombstone === null || !index.has(watched)) return;
    end(watched, { state: "revoked", reason: tombstone.reason, endedAt: tombstone.at });
  };

  const learn = async (watched: Watched, snapshot: SessionSnapshot): Promise<void> => {
    const fate = await finalFate(snapshot);
    if (!index.has(watched)) return;
    if (fate === null) waiting.add(watched);
    else if (fate.state !== "live") end(watched, fate);
    else {
      adopt(watched, knowledgeOf(snapshot));
      tellNews(watched);
    }
  };

  /** Both ends are final, so "expired" is not told before the store has stored it. Null: it did not, ask again. */
  const finalFate = async (snapshot: SessionSnapshot) => {
    const fate = fateOf(snapshot);
    if (fate.state !== "expired" || snapshot.session.endedAt !== null) return fate;
    return closes.add(snapshot.session.accountId, snapshot.session.id);
  };

  /** Takes over what is newer than the known. */
  const adopt = (watched: Watched, known: SessionKnowledge): void => {
    const before = watched.known;
    if (known.knownAt < before.knownAt) return;
    watched.known = known;
    nextDeadline = Math.min(nextDeadline, nearestDeadline(known.session).at);
    if (isShorter(known.session, before.session))
      tell(watched, { kind: "shortened", session: known.session, now: known.knownAt });
  };

  const tellNews = (watched: Watched): void => {
    if (watched.hasNews && watched.known.user.role === "owner") tell(watched, { kind: "policy_changed" });
    watched.hasNews = false;
  };

  /** Whether what is known is all that a new listener would learn from the database. */
  const suffices = (watched: Watched, { issuedAt }: WatchIdentity): boolean =>
    issuedAt !== undefined &&
    issuedAt <= watched.known.knownAt &&
    !watched.progress.willBeJudged &&
    !watched.progress.isAsked &&
    !isOverdue(watched, feed.now()) &&
    feed.isFresh() &&
    feed.judge(watched.known.standing).kind === "good";

  const listen = (watched: Watched, listener: Listener, now: number): WatchedSession => {
    watched.listeners.add(listener);
    const { session, user } = watched.known;
    return {
      session,
      user,
      now,
      stop() {
        watched.listeners.delete(listener);
        if (watched.listeners.size === 0) remove(watched);
      },
    };
  };

  const register = (snapshot: SessionSnapshot): Watched => {
    const { session } = snapshot;
    const known = index.find(session.accountId, session.id);
    if (known !== undefined) {
      adopt(known, knowledgeOf(snapshot));
      return known;
    }
    const watched = newWatched(knowledgeOf(snapshot));
    index.add(watched);
    nextDeadline = Math.min(nextDeadline, nearestDeadline(session).at);
    return watched;
  };

  return {
    async watch(identity: WatchIdentity, listener: Listener): Promise<WatchedSession> {
      const { accountId, sessionId } = identity;
      const shared = index.find(accountId, sessionId);
      if (shared !== undefined && suffices(shared, identity)) return listen(shared, listener, feed.now());
      for (let attempt = 1; attempt <= OPENING_ATTEMPTS; attempt++) {
        const snapshot = await looks.add(accountId, sessionId);
        if (snapshot === null) throw await missingSession(store, accountId, notFound(), { isProven: false });
        const fate = await finalFate(snapshot);
        if (fate === null) continue;
        if (fate.state !== "live") throw endedError(fate);
        // A row that came between the read and now has not reached this watch: the next look has what it tells.
        const isClear = feed.judge(knowledgeOf(snapshot).standing).kind === "good";
        if (!isClear && attempt < OPENING_ATTEMPTS) continue;
        const watched = register(snapshot);
        if (!isClear) waiting.add(watched);
        return listen(watched, listener, snapshot.now);
      }
      throw contended();
    },

    /** Takes over the state of a session that was refreshed in this process. */
    onRefresh({ session, user, account, now }: RefreshedSession): void {
      const watched = index.find(session.accountId, session.id);
      if (watched !== undefined) adopt(watched, knowledgeOf({ session, user, account, now }));
    },

    /** Judges the sessions that rows of the feed may concern, in the order in which the rows' acts took effect. */
    onRows(rows: readonly FeedRow[]): void {
      for (const row of rows) {
        for (const watched of index.concernedBy(row)) {
          if (row.scope === "policy") {
            // The feed may return a row twice.
            if (row.version <= watched.policyVersion) continue;
            watched.policyVersion = row.version;
            watched.hasNews = true;
          }
          judgeSoon(watched);
        }
      }
    },

    /** Call it after each read of the feed: judges what still waits, and the sessions whose last known deadline has passed. */
    onRead(): void {
      for (const watched of waiting) judgeSoon(watched);
      waiting.clear();
      const now = feed.now();
      if (!hasPassed(nextDeadline, now)) return;
      nextDeadline = Number.POSITIVE_INFINITY;
      for (const watched of index.all()) {
        if (isOverdue(watched, now)) judgeSoon(watched);
        else nextDeadline = Math.min(nextDeadline, nearestDeadline(watched.known.session).at);
      }
    },

    stop(): void {
      for (const watched of index.all()) watched.listeners.clear();
      index.clear();
      waiting.clear();
    },
  };
}

export type Watchers = ReturnType<typeof createWatchers>;
