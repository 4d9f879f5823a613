import type { RevocationReason } from "../session/model.js";
import type { FeedRow, TokenStanding } from "./model.js";

/** What the feed says of an access token. */
export type TokenVerdict =
  | { readonly kind: "good" }
  | { readonly kind: "revoked"; readonly reason: RevocationReason; readonly at: number }
  /** Older than a change of role or an applied policy: its holder has to refresh. */
  | { readonly kind: "stale" }
  /** An applied policy may have ended its session before the revocation did: only the database knows. */
  | { readonly kind: "unclear" };

const GOOD: TokenVerdict = { kind: "good" };

/** The feed's rows as one replica remembers them, by account, and in it by whom they cover. */
export function createRevocationMemory() {
  const accounts = new Map<string, AccountRows>();

  return {
    /**
     * Remembers rows, and answers those that are news.
     *
     * @param latestNow the latest moment that the database's clock had shown before, in milliseconds since the Unix epoch: where it
     *   was set back, tokens that the rows cover may have been issued as late as that
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

    /** Whether an access token still holds. No comparison of times: numbers only. */
    judge(token: TokenStanding): TokenVerdict {
      return accounts.get(token.accountId)?.judge(token) ?? GOOD;
    },

    /** Forgets the rows that cover no token issued at `before` or later. */
    forget(before: number): void {
      for (const [accountId, account] of accounts) {
        account.forget(before);
        if (account.isEmpty) accounts.delete(accountId);
      }
    },

    /** How many rows are remembered. */
    get size(): number {
      let size = 0;
      for (const account of accounts.values()) size += account.size;
      return size;
    },
  };
}

const ACCOUNT_WIDE = "account";

interface Remembered {
  readonly row: FeedRow;
  /** When the youngest token that it covers can have been issued. */
  readonly coversUntil: number;
}

class AccountRows {
  readonly #rows = new Map<string, Map<number, Remembered>>();

  add(row: FeedRow, coversUntil: number): boolean {
    const subject = subjectOf(row);
    const rows = this.#rows.get(subject) ?? new Map<number, Remembered>();
    if (rows.has(row.sequence)) return false;
    this.#rows.set(subject, rows.set(row.sequence, { row, coversUntil }));
    return true;
  }

  /** What came first is told by the rows' order: the clock may have been set back between two of them. */
  judge(token: TokenStanding): TokenVerdict {
    let ending: CoveringEnd | null = null;
    let firstApplied: number | null = null;
    let stale = false;
    for (const subject of [ACCOUNT_WIDE, `user ${token.userId}`, `session ${token.sessionId}`]) {
      for (const { row } of this.#rows.get(subject)?.values() ?? []) {
        if (!covers(row, token)) continue;
        if (row.scope === "role" || row.scope === "policy") {
          stale = true;
          if (row.scope === "policy") firstApplied = Math.min(firstApplied ?? row.sequence, row.sequence);
        } else if (ending === null || row.sequence < ending.sequence) {
          ending = row;
        }
      }
    }
    if (ending === null) return stale ? { kind: "stale" } : GOOD;
    if (firstApplied !== null && firstApplied < ending.sequence) return { kind: "unclear" };
    return { kind: "revoked", reason: ending.reason, at: ending.at };
  }

  forget(before: number): void {
    for (const [subject, rows] of this.#rows) {
      for (const [sequence, { coversUntil }] of rows) if (coversUntil < before) rows.delete(sequence);
      if (rows.size === 0) this.#rows.delete(subject);
    }
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  get size(): number {
    let size = 0;
    for (const rows of this.#rows.values()) size += rows.size;
    return size;
  }
}

type CoveringEnd = Extract<FeedRow, { reason: RevocationReason }>;

/** Whom a row is about, as a key: a row is only ever looked at for tokens of its subject. */
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
