import {
  all,
  clock,
  createTrailRedactor,
  first,
  run,
  type SqlDatabase,
  together,
  tryLockAccounts,
  type Unit,
} from "@curfew/sql";
import { sql } from "kysely";
import { serviceQueries } from "../database/tables.js";
import { deleteInvitation } from "../members/invitation.js";

/** How long an invitation whose link has ended can be sent again. */
const INVITATION_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** An invitation takes the place of as many rows in a batch, since the events about it are looked for and written too. */
const ROWS_FOR_INVITATION = 10;

/** What a batch has done. */
interface RemovedLinks {
  readonly count: number;
  readonly more: boolean;
}

const NOTHING: RemovedLinks = { count: 0, more: false };

/**
 * Creates the part of the sweep that removes password links that have run out, and invitations thirty days after that: nobody became a user
 * by them, so no deletion of a person would. In the same transaction the trail loses the name and the address of who was invited.
 */
export function createOldLinkRemover(database: SqlDatabase): (batch: number) => Promise<RemovedLinks> {
  const { dialect } = database;
  const queries = serviceQueries(database);
  const redactEventsAbout = createTrailRedactor(database);

  const oldInvitations = (now: number) =>
    queries.selectFrom("invitations").where("expires_at", "<=", now - INVITATION_KEPT_MS);

  /** Whether there is something to remove, and the account whose invitation ended first. */
  function* find(): Unit<{ readonly accountId: string | null; readonly hasLink: boolean }> {
    const now = yield* clock();
    const [invitation, link] = yield* together(
      first(oldInvitations(now).select("account_id").orderBy("expires_at").limit(1)),
      first(queries.selectFrom("password_links").select("user_id").where("expires_at", "<=", now).limit(1)),
    );
    return { accountId: invitation?.account_id ?? null, hasLink: link !== null };
  }

  function* removeInvitations(accountId: string, limit: number, now: number): Unit<number> {
    if (!(yield* tryLockAccounts([accountId])).has(accountId)) return 0;
    const old = yield* all(
      oldInvitations(now)
        .select("user_id as userId")
        .where("account_id", "=", accountId)
        .orderBy("expires_at")
        .limit(limit),
    );
    yield* together(
      ...old.flatMap(({ userId }) => [
        deleteInvitation(queries, { accountId, userId }),
        redactEventsAbout(accountId, userId),
      ]),
    );
    return old.length;
  }

  const removePasswordLinks = (limit: number, now: number): Unit<number> =>
    run(
      queries
        .deleteFrom("password_links")
        // Another link may have taken the row meanwhile.
        .where("expires_at", "<=", now)
        .where(
          sql<boolean>`(account_id, user_id) IN (SELECT account_id, user_id FROM password_links
            WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${limit} ${dialect.skipLocked})`,
        ),
    );

  return async (batch) => {
    const { accountId, hasLink } = await database.read(find);
    if (accountId === null && !hasLink) return NOTHING;
    const invitations = Math.ceil(batch / ROWS_FOR_INVITATION);
    const removed = await database.write(
      function* () {
        const now = yield* clock();
        return {
          invitations: accountId === null ? 0 : yield* removeInvitations(accountId, invitations, now),
          links: hasLink ? yield* removePasswordLinks(batch, now) : 0,
        };
      },
      { patient: true },
    );
    const count = removed.invitations + removed.links;
    if (removed.invitations > 0) await database.emptyLog();
    return { count, more: count > 0 };
  };
}
