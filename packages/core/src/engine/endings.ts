import type { Ending } from "../curfew-governed.js";
import type { FeedRow } from "../revocation/feed.js";
import { createSlices } from "./slices.js";

/** A listener may write to connections or a database. */
const TOLD_PER_TURN = 8;

/**
 * Tells listeners of revocations; see `Curfew.onEnding`. A listener that fails, at once or as a promise, is reported and stops
 * neither the feed nor the other listeners.
 */
export function createEndings(onFailure: (cause: unknown) => void) {
  const listeners = new Set<{ readonly call: (ending: Ending) => unknown }>();
  const telling = createSlices(TOLD_PER_TURN);

  const tell = async (call: (ending: Ending) => unknown, ending: Ending): Promise<void> => {
    try {
      await call(ending);
    } catch (cause) {
      onFailure(cause);
    }
  };

  return {
    onEnding(call: (ending: Ending) => unknown): () => void {
      const listener = { call };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** Takes rows that the feed brought, each once. */
    onNewRows(rows: readonly FeedRow[]): void {
      for (const row of rows) {
        const ending = endingOf(row);
        if (ending === null) continue;
        for (const listener of listeners)
          telling.push(() => {
            if (listeners.has(listener)) void tell(listener.call, ending);
          });
      }
    },

    stop: (): void => listeners.clear(),
  };
}

/** Null for a row that ends no session. */
function endingOf(row: FeedRow): Ending | null {
  if (row.scope === "role" || row.scope === "policy") return null;
  const { accountId, scope, reason, at } = row;
  return {
    accountId,
    scope,
    userId: scope === "user" ? row.userId : null,
    sessionId: scope === "session" ? row.sessionId : null,
    spares: scope === "session" ? null : row.spares,
    reason,
    at,
  };
}
