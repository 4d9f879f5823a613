import { hash } from "node:crypto";
import type { GovernedKey, OpenGoverned } from "../../curfew-governed.js";
import type { Identity } from "../../session/access-token.js";
import { MINUTE_MS, nearestDeadline } from "../../session/deadlines.js";
import { identityOf, type ReadSession } from "../../session/identity.js";
import type { EndedFate, Session, User } from "../../session/session.js";
import type { HostUser } from "../../store.js";
import { RecentMap } from "../recent-map.js";

/** What this process remembers of a governed session. */
export interface KnownSession {
  /** As of the last read; null before the first one. */
  readonly read: RememberedRead | null;
  /** The last use that this process knows, or its last write of one; 0 for none. */
  readonly usedAt: number;
  /** What the host said when this process last opened the session; null if it did not. */
  readonly said: HostStatement | null;
}

export interface RememberedRead {
  readonly identity: Identity;
  readonly lastActiveAt: number;
  /** How the session ended, which is final; null while it is live. */
  readonly end: EndedFate | null;
  /** Null unless `keepShown` was called before: they take twice the room of the rest. */
  readonly shown: ShownSession | null;
}

export interface ShownSession {
  readonly session: Session;
  readonly user: User;
}

/** What a host says of a session that may change while the session goes on. */
export type HostStatement = HostUser & { readonly authenticatedAt: number | undefined };

const UNKNOWN: KnownSession = { read: null, usedAt: 0, said: null };

const CAPACITY = 100_000;
const MAX_AGE_MS = 300_000;

/**
 * Remembers governed sessions by digests of their keys. An identity counts for the lifetime of an access token, at most five
 * minutes, and never beyond a deadline.
 */
export function createKnownSessions(accessTokenSeconds: number, capacity = CAPACITY) {
  const sessions = new RecentMap<KnownSession>(capacity);
  const maxAgeMs = Math.min(accessTokenSeconds * 1000, MAX_AGE_MS);
  let keepsShown = false;

  return {
    /** Keeps sessions and users from now on, for a host that asks for them. */
    keepShown(): void {
      keepsShown = true;
    },

    get: (digest: string): KnownSession | undefined => sessions.get(digest),

    /**
     * Takes over a session that was read.
     *
     * @param began this process's idea of the database's clock before the read, in milliseconds since the Unix epoch
     */
    learn(digest: string, began: number, read: ReadSession, end: EndedFate | null): Identity {
      const before = sessions.get(digest) ?? UNKNOWN;
      const session = withLastProof(read, before.read);
      const { user, now } = read;
      const { lastActiveAt } = session;
      const issuedAt = Math.min(began, now);
      const lifeEnds = issuedAt + maxAgeMs;
      const expiresAt = end === null ? Math.min(lifeEnds, nearestDeadline(session).at) : lifeEnds;
      const identity = identityOf({ ...read, session }, { issuedAt, expiresAt });
      const shown = keepsShown ? { session, user } : null;
      // All later calls get the same objects, which a host must not change for them.
      for (const shared of [identity, session, session.device, user]) Object.freeze(shared);
      const usedAt = Math.max(before.usedAt, lastActiveAt);
      sessions.set(digest, { read: { identity, lastActiveAt, end, shown }, usedAt, said: before.said });
      return identity;
    },

    /** Remembers what the host said when the session was opened. */
    noteStatement(digest: string, { user: { id, name, email, role }, authenticatedAt }: OpenGoverned): void {
      const before = sessions.get(digest) ?? UNKNOWN;
      sessions.set(digest, { ...before, said: { id, name, email, role, authenticatedAt } });
    },

    /** Whether a use was written less than a minute ago, as far as is known. */
    isInUse(digest: string, now: number): boolean {
      const usedAt = sessions.get(digest)?.usedAt ?? 0;
      // A use that lies ahead was before the clock was set back.
      return Math.abs(now - usedAt) < MINUTE_MS;
    },

    /** Whether a use at `usedAt` is less than `gainMs` milliseconds later than the last one that was read. */
    isWithin(digest: string, usedAt: number, gainMs: number): boolean {
      const read = sessions.get(digest)?.read ?? null;
      return read !== null && usedAt - read.lastActiveAt < gainMs;
    },

    /** Notes that a use is being written, so that calls meanwhile don't write it too. Returns a function that takes it back. */
    noteUse(digest: string, now: number): () => void {
      const before = sessions.get(digest);
      sessions.set(digest, { ...(before ?? UNKNOWN), usedAt: now });
      return () => {
        const after = sessions.get(digest);
        if (after?.usedAt !== now) return;
        // Keys that name nothing would push out sessions that are there.
        if (before === undefined && after.read === null) sessions.delete(digest);
        else sessions.set(digest, { ...after, usedAt: before?.usedAt ?? 0 });
      };
    },
  };
}

/** A read that began before a proof was taken may arrive after it. */
const withLastProof = ({ session, user }: ReadSession, before: RememberedRead | null): Session =>
  before?.identity.userId === user.id && before.identity.authenticatedAt > session.authenticatedAt
    ? { ...session, authenticatedAt: before.identity.authenticatedAt }
    : session;

export type KnownSessions = ReturnType<typeof createKnownSessions>;

/** A digest, so that the time of a look-up reveals nothing about a host's session id, and none is held in memory. */
export const digestOf = ({ accountId, hostSessionId }: GovernedKey): string =>
  hash("sha256", `${accountId.length} ${accountId}${hostSessionId}`, "base64");
