import { hash } from "node:crypto";
import type { GovernedKey } from "../../curfew-governed.js";
import type { Identity } from "../../session/access-token.js";
import { MINUTE_MS, nearestDeadline } from "../../session/deadlines.js";
import type { EndedFate, SessionSnapshot } from "../../session/session.js";
import { RecentMap } from "../recent-map.js";

/** What this process remembers of a governed session. */
export interface KnownSession {
  /** As of the last read. Null before the first one. */
  readonly identity: Identity | null;
  /** How the session ended, which is final; null while it is live. */
  readonly end: EndedFate | null;
  /** The last use that this process knows, or its last write of one; 0 for none. */
  readonly usedAt: number;
}

/** The parts of a `SessionSnapshot` that an identity is made of. */
export type ReadSession = Pick<SessionSnapshot, "session" | "user" | "account" | "now">;

const CAPACITY = 100_000;
const MAX_AGE_MS = 300_000;

/**
 * Remembers governed sessions by digests of their keys. An identity counts for the lifetime of an access token, at most five
 * minutes, and never beyond a deadline.
 */
export function createKnownSessions(accessTokenSeconds: number, capacity = CAPACITY) {
  const sessions = new RecentMap<KnownSession>(capacity);
  const maxAgeMs = Math.min(accessTokenSeconds * 1000, MAX_AGE_MS);

  return {
    get: (digest: string): KnownSession | undefined => sessions.get(digest),

    /**
     * Takes over a session that was read.
     *
     * @param began this process's idea of the database's clock before the read, in milliseconds since the Unix epoch
     */
    learn(digest: string, began: number, read: ReadSession, end: EndedFate | null): Identity {
      const { session, user, account, now } = read;
      const issuedAt = Math.min(began, now);
      const expiresAt = issuedAt + maxAgeMs;
      const identity: Identity = {
        accountId: session.accountId,
        userId: user.id,
        sessionId: session.id,
        role: user.role,
        authenticatedAt: session.authenticatedAt,
        issuedAt,
        expiresAt: end === null ? Math.min(expiresAt, nearestDeadline(session).at) : expiresAt,
        accountEpoch: session.accountEpoch,
        userEpoch: user.epoch,
        policyVersion: account.policyVersion,
      };
      const usedAt = Math.max(sessions.get(digest)?.usedAt ?? 0, session.lastActiveAt);
      sessions.set(digest, { identity, end, usedAt });
      return identity;
    },

    /** Whether a use was written less than a minute ago, as far as is known. */
    isInUse(digest: string, now: number): boolean {
      const usedAt = sessions.get(digest)?.usedAt ?? 0;
      // A use that lies ahead was before the clock was set back.
      return Math.abs(now - usedAt) < MINUTE_MS;
    },

    /** Notes that a use is being written, so that calls meanwhile don't write it too. Returns a function that takes it back. */
    noteUse(digest: string, now: number): () => void {
      const before = sessions.get(digest) ?? { identity: null, end: null, usedAt: 0 };
      sessions.set(digest, { ...before, usedAt: now });
      return () => {
        const after = sessions.get(digest);
        if (after?.usedAt === now) sessions.set(digest, { ...after, usedAt: before.usedAt });
      };
    },
  };
}

export type KnownSessions = ReturnType<typeof createKnownSessions>;

/** A digest, so that the time of a look-up reveals nothing about a host's session id, and none is held in memory. */
export const digestOf = ({ accountId, hostSessionId }: GovernedKey): string =>
  hash("sha256", `${accountId.length} ${accountId}${hostSessionId}`, "base64");
