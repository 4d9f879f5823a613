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

/** What a host says of a session that may change while the session goes on, besides the role. */
export type HostStatement = Pick<HostUser, "name" | "email"> & {
  readonly authenticatedAt: number | undefined;
};

const UNKNOWN: KnownSession = { read: null, usedAt: 0, said: null };

const CAPACITY = 100_000;
const MAX_AGE_MS = 300_000;

/**
 * Remembers governed sessions. An identity counts for the lifetime of an access token, at most five minutes, and never beyond a
 * deadline.
 */
export function createKnownSessions(accessTokenSeconds: number, capacity = CAPACITY) {
  const sessions = new RecentMap<KnownSession>(capacity);
  const maxAgeMs = Math.min(accessTokenSeconds * 1000, MAX_AGE_MS);
  let keepsShown = false;
  const get = ({ accountId, hostSessionId }: GovernedKey): KnownSession | undefined =>
    sessions.get(textOf(hostSessionId), accountId);
  // Shares the account's id with the identity, since each one that was read is a string of its own.
  const set = ({ accountId, hostSessionId }: GovernedKey, session: KnownSession): void =>
    sessions.set(textOf(hostSessionId), session, session.read?.identity.accountId ?? accountId);

  return {
    /** Keeps sessions and users from now on, for a host that asks for them. */
    keepShown(): void {
      keepsShown = true;
    },

    get,

    /**
     * Takes over a session that was read.
     *
     * @param began this process's idea of the database's clock before the read, in milliseconds since the Unix epoch
     */
    learn(key: GovernedKey, began: number, read: ReadSession, end: EndedFate | null): Identity {
      const before = get(key) ?? UNKNOWN;
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
      set(key, { read: { identity, lastActiveAt, end, shown }, usedAt, said: before.said });
      return identity;
    },

    /** Remembers what the host said when the session was opened. */
    noteStatement(key: GovernedKey, said: HostStatement): void {
      set(key, { ...(get(key) ?? UNKNOWN), said });
    },

    /** Whether a use was written less than a minute ago, as far as is known. */
    isInUse(key: GovernedKey, now: number): boolean {
      const usedAt = get(key)?.usedAt ?? 0;
      // A use that lies ahead was before the clock was set back.
      return Math.abs(now - usedAt) < MINUTE_MS;
    },

    /** Whether a use at `usedAt` is less than `gainMs` milliseconds later than the last one that was read. */
    isWithin(key: GovernedKey, usedAt: number, gainMs: number): boolean {
      const read = get(key)?.read ?? null;
      return read !== null && usedAt - read.lastActiveAt < gainMs;
    },

    /** Notes that a use is being written, so that calls meanwhile don't write it too. Returns a function that takes it back. */
    noteUse(key: GovernedKey, now: number): () => void {
      const before = get(key);
      set(key, { ...(before ?? UNKNOWN), usedAt: now });
      return () => {
        const after = get(key);
        if (after?.usedAt !== now) return;
        // Keys that name nothing would push out sessions that are there.
        if (before === undefined && after.read === null)
          sessions.delete(textOf(key.hostSessionId), key.accountId);
        else set(key, { ...after, usedAt: before?.usedAt ?? 0 });
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

/** Whether an identity is of another user than the host says, or has another role. */
export const isOfAnother = (identity: Identity, { id, role }: HostUser): boolean =>
  identity.userId !== id || identity.role !== role;

export const statementOf = ({
  user: { name, email },
  authenticatedAt,
}: {
  readonly user: HostUser;
  readonly authenticatedAt?: number | undefined;
}): HostStatement => ({ name, email, authenticatedAt });

/**
 * Whether the host says something that it had not said when this process last opened the session, or another role than was read:
 * another process, or another session of the same user, may have stored one since.
 */
export const hasNews = (
  said: HostStatement | null,
  identity: Identity,
  { user, authenticatedAt }: OpenGoverned,
): boolean =>
  said === null ||
  isOfAnother(identity, user) ||
  said.name !== user.name ||
  said.email !== user.email ||
  said.authenticatedAt !== authenticatedAt;

/** A copy, since a host may change its object while a call waits. */
export const keyOf = ({ accountId, hostSessionId }: GovernedKey): GovernedKey => ({
  accountId,
  hostSessionId,
});

/** Longer ids are remembered by a digest, so that the memory of a hundred thousand is bounded. */
const MAX_TEXT_LENGTH = 64;

/**
 * What a session is looked up by. No digest of short ids: it costs more than the rest of a check. The time of a look-up tells
 * nothing of an id that one does not have: ids are compared only where their hashes are equal, and the process chooses its hash at
 * random.
 */
const textOf = (hostSessionId: string): string =>
  hostSessionId.length <= MAX_TEXT_LENGTH ? hostSessionId : `sha256 ${hash("sha256", hostSessionId)}`;
