import type { RevocationReason } from "../session/session.js";
import type { FeedRow, TokenStanding } from "./feed.js";

/** The verdict of the feed on an access token. */
export type TokenVerdict =
  | { readonly kind: "good" }
  | { readonly kind: "revoked"; readonly reason: RevocationReason; readonly at: number }
  /** Older than a change of role or an applied policy: the client has to refresh. */
  | { readonly kind: "stale" }
  /** A policy applied before the revocation may have ended the session first: only the database can decide. */
  | { readonly kind: "unclear" };

const GOOD: TokenVerdict = { kind: "good" };

/** Keeps the recent rows of the feed in memory, by account and subject. */
export function createRevocationMemory() {
  const accounts = new Map<string, AccountRows>();

  return {
    /**
     * Adds rows and returns those that are new.
     *
     * @param latestNow the latest time that the database's clock has shown, in milliseconds since the Unix epoch. If the clock
     *   was set back, the rows may cover tokens issued up to that time.
     */
    add(rows: readonly FeedRow[], latestNow = Number.NEGATIVE_INFINITY): readonly FeedRow[] {
      return rows.filter((row) => {
        let account = accounts.get(row.accountId);
        if (account === undefined) {
          account = new AccountRows();
          accounts.set(row.accountId, account);
        }
        return account.add(row, Math.max(row.at, latestNow));
      });
    },

    /** Returns whether an access token is still valid. Compares numbers, never times. */
    judge(token: TokenStanding): TokenVerdict {
      return accounts.get(token.accountId)?.judge(token) ?? GOOD;
    },

    /** Removes the rows that cover no token issued at `before` or later. */
    forget(before: number): void {
      for (const [accountId, account] of accounts) {
        account.forget(before);
        if (account.isEmpty) accounts.delete(accountId);
      }
    },

    /** The number of rows in memory. */
    get size(): number {
      let size = 0;
      for (const account of accounts.values()) size += account.size;
      return size;
    },
  };
}

interface RememberedRow {
  readonly row: FeedRow;
  /** The latest time at which a token that the row covers can have been issued. */
  readonly coversUntil: number;
}

class AccountRows {
  readonly #rowsBySubject = new Map<string, Map<number, RememberedRow>>();

  add(row: FeedRow, coversUntil: number): boolean {
    const subject = subjectOf(row);
    const rows = this.#rowsBySubject.get(subject) ?? new Map<number, RememberedRow>();
    if (rows.has(row.sequence)) return false;
    this.#rowsBySubject.set(subject, rows.set(row.sequence, { row, coversUntil }));
    return true;
  }

  /** The sequence decides which row came first: the clock may have been set back between two rows. */
  judge(token: TokenStanding): TokenVerdict {
    let end: EndRow | null = null;
    let firstApplied: number | null = null;
    let isStale = false;
    for (const subject of [ACCOUNT_WIDE, `user ${token.userId}`, `session ${token.sessionId}`]) {
      for (const { row } of this.#rowsBySubject.get(subject)?.values() ?? []) {
        if (!covers(row, token)) continue;
        if (row.scope === "role" || row.scope === "policy") {
          isStale = true;
          if (row.scope === "policy") firstApplied = Math.min(firstApplied ?? row.sequence, row.sequence);
        } else if (end === null || row.sequence < end.sequence) {
          end = row;
        }
      }
    }
    if (end === null) return isStale ? { kind: "stale" } : GOOD;
    if (firstApplied !== null && firstApplied < end.sequence) return { kind: "unclear" };
    return { kind: "revoked", reason: end.reason, at: end.at };
  }

  forget(before: number): void {
    for (const [subject, rows] of this.#rowsBySubject) {
      for (const [sequence, { coversUntil }] of rows) if (coversUntil < before) rows.delete(sequence);
      if (rows.size === 0) this.#rowsBySubject.delete(subject);
    }
  }

  get isEmpty(): boolean {
    return this.#rowsBySubject.size === 0;
  }

  get size(): number {
    let size = 0;
    for (const rows of this.#rowsBySubject.values()) size += rows.size;
    return size;
  }
}

type EndRow = Extract<FeedRow, { reason: RevocationReason }>;

const ACCOUNT_WIDE = "account";

/** The key under which a row is stored: `judge` reads only the subjects of its token. */
function subjectOf(row: FeedRow): string {
  switch (row.scope) {
    case "account":
    case "policy":
      return ACCOUNT_WIDE;
    case "user":
    case "role":
      return `user ${row.userId}`;
    case "session":
      return `session ${row.sessionId}`;
  }
}

function covers(row: FeedRow, token: TokenStanding): boolean {
  switch (row.scope) {
    case "account":
      return row.epoch > token.accountEpoch && row.spares !== token.sessionId;
    case "user":
      return row.epoch > token.userEpoch && row.spares !== token.sessionId;
    case "role":
      return row.epoch > token.userEpoch;
    case "policy":
      return row.applied && row.version > token.policyVersion;
    case "session":
      return true;
  }
}
