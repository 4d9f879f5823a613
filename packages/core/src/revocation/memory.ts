import type { RevocationReason } from "../session/session.js";
import type { FeedRow, FeedScope, TokenStanding } from "./feed.js";
import { NumberedRows } from "./numbered-rows.js";

/** The verdict of the feed on an access token. */
export type TokenVerdict =
  | { readonly kind: "good" }
  | {
      readonly kind: "revoked";
      readonly reason: RevocationReason;
      readonly at: number;
      /** The row that decided. */
      readonly sequence: number;
    }
  /** Older than a change of role or an applied policy: the client has to refresh. */
  | { readonly kind: "stale" }
  /**
   * Only the database can decide: a policy applied before the revocation may have ended the session first, the account was deleted
   * after the session had ended and may have no row of it any more, or a row that covers the token may be forgotten.
   */
  | { readonly kind: "unclear" };

const GOOD: TokenVerdict = { kind: "good" };

/** More rows of one kind about one subject are forgotten, lowest number first: one user can't fill the memory of a process. */
const ROWS_PER_SUBJECT_MAX = 1000;

interface RememberedRow {
  readonly row: FeedRow;
  /** The latest time at which a token that the row covers can have been issued. */
  readonly coversUntil: number;
}

/** Keeps the recent rows of the feed in memory, by account and subject. */
export function createRevocationMemory() {
  const accounts = new Map<string, AccountRows>();
  /** In the order in which they are forgotten. */
  const remembered = new Map<string, RememberedRow>();
  let lastCoversUntil = Number.NEGATIVE_INFINITY;

  return {
    /**
     * Adds rows and returns those that are new.
     *
     * @param latestNow the latest time that the database's clock has shown, in milliseconds since the Unix epoch. If the clock
     *   was set back, the rows may cover tokens issued up to that time.
     */
    add(rows: readonly FeedRow[], latestNow = Number.NEGATIVE_INFINITY): readonly FeedRow[] {
      return rows.filter((row) => {
        const key = keyOf(row);
        if (remembered.has(key)) return false;
        lastCoversUntil = Math.max(row.at, latestNow, lastCoversUntil);
        remembered.set(key, { row, coversUntil: lastCoversUntil });
        const account = accounts.get(row.accountId) ?? new AccountRows();
        accounts.set(row.accountId, account);
        const dropped = account.add(row, lastCoversUntil);
        if (dropped !== null) remembered.delete(keyOf(dropped));
        return true;
      });
    },

    /** Returns whether an access token is still valid. Compares numbers, never times. */
    judge(token: TokenStanding): TokenVerdict {
      return accounts.get(token.accountId)?.judge(token) ?? GOOD;
    },

    /** Removes the rows that cover no token issued at `before` or later. */
    forget(before: number): void {
      for (const [key, { row, coversUntil }] of remembered) {
        if (coversUntil >= before) break;
        remembered.delete(key);
        const account = accounts.get(row.accountId);
        account?.remove(row, before);
        if (account?.subjectCount === 0) accounts.delete(row.accountId);
      }
    },

    /** The number of rows in memory. */
    get size(): number {
      return remembered.size;
    },

    /** The number of accounts, and of subjects within them, that rows are kept under. */
    get placeCount(): number {
      return [...accounts.values()].reduce((sum, account) => sum + account.subjectCount, accounts.size);
    },
  };
}

/** A database that was restored may use a sequence again, for another row. */
const keyOf = (row: FeedRow): string => `${row.sequence} ${row.at} ${row.scope} ${row.accountId}`;

/** The rows of one kind about one subject. */
interface SubjectRows<Row extends FeedRow> {
  readonly rows: NumberedRows<Row>;
  /** The highest number of the rows that were forgotten early, and until when they cover tokens. */
  dropped: { readonly number: number; readonly coversUntil: number } | null;
}

type Scope = FeedScope["scope"];
type RowOf<S extends Scope> = Extract<FeedRow, { scope: S }>;
type EndRow = RowOf<"account" | "user" | "session">;
type Subjects = { readonly [S in Scope]: Map<string, SubjectRows<RowOf<S>>> };

class AccountRows {
  readonly #subjects: Subjects = {
    account: new Map(),
    user: new Map(),
    session: new Map(),
    role: new Map(),
    policy: new Map(),
  };
  /** The last deletion of the account. */
  #deletion: RowOf<"account"> | null = null;

  /** Returns the row that had to be forgotten for it, if any. */
  add(row: FeedRow, coversUntil: number): FeedRow | null {
    const place = placeOf(row);
    if (place === null) return null;
    if (isDeletion(row) && row.epoch > (this.#deletion?.epoch ?? 0)) this.#deletion = row;
    const { subject, number, spares } = place;
    const subjects = this.#subjects[row.scope] as Map<string, SubjectRows<FeedRow>>;
    const known = subjects.get(subject) ?? { rows: new NumberedRows<FeedRow>(), dropped: null };
    subjects.set(subject, known);
    known.rows.add({ row, number, spares });
    const lowest = known.rows.size > ROWS_PER_SUBJECT_MAX ? known.rows.lowest() : null;
    if (lowest === null) return null;
    known.rows.remove(lowest.row);
    known.dropped = { number: Math.max(lowest.number, known.dropped?.number ?? lowest.number), coversUntil };
    return lowest.row;
  }

  /** The sequence decides which row came first: the clock may have been set back between two rows. */
  judge(token: TokenStanding): TokenVerdict {
    const { sessionId, accountEpoch, userEpoch, policyVersion } = token;
    const { account, user, session, role, policy } = this.#subjects;
    const byAccount = account.get(ACCOUNT_WIDE);
    const byUser = user.get(token.userId);
    const bySession = session.get(sessionId);
    const byRole = role.get(token.userId);
    const byPolicy = policy.get(ACCOUNT_WIDE);
    if (
      hasDropped(byAccount, accountEpoch) ||
      hasDropped(byUser, userEpoch) ||
      hasDropped(byRole, userEpoch) ||
      hasDropped(byPolicy, policyVersion)
    )
      return { kind: "unclear" };
    const end = earliest([
      byAccount?.rows.firstCovering(accountEpoch, sessionId),
      byUser?.rows.firstCovering(userEpoch, sessionId),
      bySession?.rows.lowest()?.row,
    ]);
    const applied = byPolicy?.rows.firstCovering(policyVersion, sessionId) ?? null;
    if (end !== null) {
      if (applied !== null && applied.sequence < end.sequence) return { kind: "unclear" };
      const deletion = this.#deletion;
      if (deletion !== null && deletion !== end && deletion.epoch > accountEpoch) return { kind: "unclear" };
      return { kind: "revoked", reason: end.reason, at: end.at, sequence: end.sequence };
    }
    const isStale = applied !== null || (byRole?.rows.firstCovering(userEpoch, sessionId) ?? null) !== null;
    return isStale ? { kind: "stale" } : GOOD;
  }

  /** @param before tokens issued before no longer count, in milliseconds since the Unix epoch */
  remove(row: FeedRow, before: number): void {
    const place = placeOf(row);
    if (place === null) return;
    const subjects = this.#subjects[row.scope] as Map<string, SubjectRows<FeedRow>>;
    const known = subjects.get(place.subject);
    if (known === undefined) return;
    known.rows.remove(row);
    if (this.#deletion === row) this.#deletion = null;
    if (known.dropped !== null && known.dropped.coversUntil < before) known.dropped = null;
    if (known.rows.size === 0) subjects.delete(place.subject);
  }

  get subjectCount(): number {
    return Object.values(this.#subjects).reduce((sum, subjects) => sum + subjects.size, 0);
  }
}

const ACCOUNT_WIDE = "";

/** Where a row is kept: `judge` looks only at the subjects of its token. Null for a row that covers no token. */
function placeOf(row: FeedRow): { subject: string; number: number; spares: string | null } | null {
  switch (row.scope) {
    case "account":
      return { subject: ACCOUNT_WIDE, number: row.epoch, spares: row.spares };
    case "user":
      return { subject: row.userId, number: row.epoch, spares: row.spares };
    case "role":
      return { subject: row.userId, number: row.epoch, spares: null };
    case "policy":
      return row.applied ? { subject: ACCOUNT_WIDE, number: row.version, spares: null } : null;
    case "session":
      return { subject: row.sessionId, number: row.sequence, spares: null };
  }
}

const isDeletion = (row: FeedRow): row is RowOf<"account"> =>
  row.scope === "account" && row.reason === "account_deleted";

const hasDropped = (known: SubjectRows<FeedRow> | undefined, number: number): boolean =>
  known?.dropped != null && known.dropped.number > number;

function earliest(rows: readonly (EndRow | null | undefined)[]): EndRow | null {
  let first: EndRow | null = null;
  for (const row of rows) if (row != null && (first === null || row.sequence < first.sequence)) first = row;
  return first;
}
