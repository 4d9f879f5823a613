import { networkOf } from "@curfew/core";
import {
  clock,
  first,
  lockAccount,
  raw,
  run,
  type SqlDatabase,
  statedClock,
  together,
  type Unit,
} from "@curfew/sql";
import { type RawBuilder, sql } from "kysely";
import type { UserKey, UserReference } from "../../accounts/credentials.js";
import { hashOf } from "../../database/hash-of.js";
import { isOfKeptAccount } from "../../database/kept-account.js";
import { serviceQueries } from "../../database/tables.js";

/** Where a call comes from. */
export interface Place {
  /** The client's address; null if it is unknown. */
  readonly ip: string | null;
  /** The thumbprint of the DPoP key that it proved; null without a proof. */
  readonly keyThumbprint: string | null;
}

/** The networks and keys with which users signed in or refreshed: what others fail elsewhere never closes them. */
export interface KnownPlaces {
  /** Whether the network or the key of a place is known for a user. */
  isKnown(user: UserKey, place: Place): Unit<boolean>;
  /** Statements that remember a place, for the transaction of a sign-in; null if they are not due. */
  remembering(user: UserReference, place: Place): (() => Unit<void>) | null;
  /** Call it once the statements of `remembering` are committed. */
  remembered(user: UserReference, place: Place): void;
  /** Remembers a place if it is due. Throws `unavailable`. */
  remember(user: UserReference, place: Place): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a place stays known. */
export const KNOWN_MS = 90 * DAY_MS;
/** The number of networks and keys that are kept for a user. */
const PLACES_PER_USER_MAX = 50;
/** The number of places that a process need not look up again today. */
const RECENT_MAX = 50_000;
/** A new place adds at most two rows. Deleting more than that keeps the table from growing. */
const DELETED_PER_WRITE = 10;

/**
 * @param now the process's clock, which only tells how long ago this process remembered a place, in milliseconds
 */
export function createKnownPlaces(database: SqlDatabase, now: () => number): KnownPlaces {
  const { dialect } = database;
  const queries = serviceQueries(database);
  /** When a place was last remembered, oldest first. */
  const recent = new Map<string, number>();

  const recentKey = ({ accountId, userId }: UserReference, { ip, keyThumbprint }: Place): string =>
    `${accountId} ${userId} ${networkOf(ip ?? "")} ${keyThumbprint}`;

  function isRecent(user: UserReference, place: Place): boolean {
    const at = recent.get(recentKey(user, place));
    return at !== undefined && now() - at < DAY_MS;
  }

  function remembered(user: UserReference, place: Place): void {
    const key = recentKey(user, place);
    recent.delete(key);
    recent.set(key, now());
    for (const oldest of recent.keys()) {
      if (recent.size <= RECENT_MAX) return;
      recent.delete(oldest);
    }
  }

  /** The smallest time at which a place of the user was seen, of those that match; null if one is missing. */
  function* lastSeen(user: UserReference, hashes: readonly string[]): Unit<number | null> {
    const row = yield* first(
      queries
        .selectFrom("known_places")
        .select([sql<number>`count(*)`.as("count"), sql<number | null>`min(seen_at)`.as("seenAt")])
        .where("account_id", "=", user.accountId)
        .where("user_id", "=", user.userId)
        .where("place_hash", "in", hashes),
    );
    return row?.count === hashes.length ? row.seenAt : null;
  }

  /** One request, so that it can be committed in the round trip of other statements. */
  function* write(user: UserReference, hashes: readonly string[]): Unit<void> {
    const now = yield* statedClock();
    const atMoment = (build: (at: RawBuilder<number>) => RawBuilder<unknown>): Unit<number> =>
      run(raw(queries, dialect.atMoment(sql<number | null>`${now}`, build)));
    yield* together(
      atMoment((at) => insertPlaces(user, hashes, at)),
      run(deleteSurplus(user)),
      atMoment(deleteForgotten),
    );
  }

  /** Nothing would delete the places of a user who was deleted since the refresh. */
  function* writeKept(user: UserReference, hashes: readonly string[]): Unit<void> {
    yield* lockAccount(user.accountId);
    const kept = yield* first(
      queries
        .selectFrom("curfew_users")
        .select("id")
        .where("account_id", "=", user.accountId)
        .where("id", "=", user.userId)
        .where("deleted_at", "is", null)
        .where(isOfKeptAccount("curfew_users.account_id")),
    );
    if (kept !== null) yield* write(user, hashes);
  }

  function insertPlaces(
    { accountId, userId }: UserReference,
    hashes: readonly string[],
    at: RawBuilder<number>,
  ) {
    const places = hashes.map((place_hash) => ({ account_id: accountId, user_id: userId, place_hash }));
    const rows = dialect.rows(places, {
      account_id: "text",
      user_id: "text",
      place_hash: "text",
    });
    return sql`INSERT INTO known_places (account_id, user_id, place_hash, seen_at)
      SELECT r.account_id, r.user_id, r.place_hash, ${at} FROM ${rows} AS r WHERE true
      ON CONFLICT (account_id, user_id, place_hash) DO UPDATE SET seen_at = excluded.seen_at`;
  }

  const deleteSurplus = ({ accountId, userId }: UserReference) =>
    queries
      .deleteFrom("known_places")
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId)
      .where(
        sql<boolean>`place_hash NOT IN (
          SELECT place_hash FROM known_places WHERE account_id = ${accountId} AND user_id = ${userId}
          ORDER BY seen_at DESC, place_hash LIMIT ${sql.lit(PLACES_PER_USER_MAX)})`,
      );

  const deleteForgotten = (at: RawBuilder<number>) =>
    sql`DELETE FROM known_places WHERE (account_id, user_id, place_hash) IN (
      SELECT account_id, user_id, place_hash FROM known_places WHERE seen_at <= ${at} - ${sql.lit(KNOWN_MS)}
      ORDER BY seen_at LIMIT ${sql.lit(DELETED_PER_WRITE)} ${dialect.skipLocked})`;

  return {
    *isKnown(user, place) {
      const hashes = hashesOf(place);
      if (hashes.length === 0) return false;
      const now = yield* statedClock();
      const found = yield* first(
        raw(
          queries,
          dialect.atMoment(
            sql<number | null>`${now}`,
            (at) => sql<{ place_hash: string }>`SELECT place_hash FROM known_places
              WHERE account_id = ${user.accountId} AND user_id = ${user.userId}
                AND place_hash IN (${sql.join(hashes)}) AND seen_at > ${at} - ${sql.lit(KNOWN_MS)}`,
          ),
        ),
      );
      return found !== null;
    },
    remembering(user, place) {
      const hashes = hashesOf(place);
      return hashes.length === 0 || isRecent(user, place) ? null : () => write(user, hashes);
    },
    remembered,
    async remember(user, place) {
      const hashes = hashesOf(place);
      if (hashes.length === 0 || isRecent(user, place)) return;
      // Noted first, so that the refreshes of many tabs look it up once.
      remembered(user, place);
      try {
        const isDue = await database.read(function* () {
          const seenAt = yield* lastSeen(user, hashes);
          return seenAt === null || (yield* clock()) - seenAt >= DAY_MS;
        });
        if (isDue) await database.write(() => writeKept(user, hashes), { lock: user.accountId });
      } catch (error) {
        recent.delete(recentKey(user, place));
        throw error;
      }
    },
  };
}

function hashesOf({ ip, keyThumbprint }: Place): string[] {
  const network = networkOf(ip ?? "");
  return [
    ...(ip === null || network === "unknown" ? [] : [hashOf(`network ${network}`)]),
    ...(keyThumbprint === null ? [] : [hashOf(`key ${keyThumbprint}`)]),
  ];
}
