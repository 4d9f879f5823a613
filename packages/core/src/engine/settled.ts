import { contended } from "../errors.js";
import { fateOf, type SessionFate, type SessionSnapshot } from "../session/session.js";
import type { CloseOutcome, Store } from "../store.js";

export interface SettledSession {
  readonly snapshot: SessionSnapshot;
  /** Live as of the snapshot, or an end that is final: "expired" only once that end is stored. */
  readonly fate: SessionFate;
}

export type ReadSettled = (accountId: string, sessionId: string) => Promise<SettledSession | null>;

const MAX_ATTEMPTS = 4;

/**
 * Creates the function that reads a session and how it stands; null if the account has no such session. It is one read, unless
 * a deadline has passed and the end is not stored yet: a refresh that was dated before the deadline may still wait for its row
 * or its commit, so the store judges once more when it closes the session. Concurrent callers share that one call. Throws
 * `unavailable`.
 */
export function createSettledReader(store: Pick<Store, "readSession" | "closeExpired">): ReadSettled {
  const closings = new Map<string, Promise<CloseOutcome>>();

  const close = (accountId: string, sessionId: string): Promise<CloseOutcome> => {
    const key = JSON.stringify([accountId, sessionId]);
    const closing =
      closings.get(key) ?? store.closeExpired(accountId, sessionId).finally(() => closings.delete(key));
    closings.set(key, closing);
    return closing;
  };

  return async (accountId, sessionId) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const snapshot = await store.readSession(accountId, sessionId);
      if (snapshot === null) return null;
      const fate = fateOf(snapshot);
      if (fate.state !== "expired" || snapshot.session.endedAt !== null) return { snapshot, fate };
      const outcome = await close(accountId, sessionId);
      if (outcome.kind === "ended") return { snapshot, fate: outcome.fate };
    }
    throw contended();
  };
}
