export interface SessionQueueOptions<Result> {
  /** The maximum number of calls of `run` at a time; an account has one at most. */
  readonly maxRuns: number;
  /** The maximum number of sessions of a call of `run`. */
  readonly maxSessions: number;
  /** Whether a failure fails the sessions that wait too, so that none waits for several timeouts of the database. */
  readonly failsTogether: boolean;
  /** Returns the results by session. */
  readonly run: (
    accountId: string,
    sessionIds: readonly string[],
  ) => Promise<ReadonlyMap<string, Result | null>>;
}

/** A call of `add` that waits for its result. */
interface Caller<Result> {
  resolve(result: Result | null): void;
  reject(error: unknown): void;
}

/**
 * Queues work on single sessions and runs it in batches: those of one account together, accounts in turn, few at a time. So
 * any number of sessions leaves the database to others, and one account's never wait long for another's. Calls for a session
 * that still waits share its result.
 */
export function createSessionQueue<Result>(options: SessionQueueOptions<Result>) {
  const { maxRuns, maxSessions, failsTogether, run } = options;
  const accounts = new Map<string, Map<string, Caller<Result>[]>>();
  const running = new Set<string>();
  let isScheduled = false;

  /** In another turn of the event loop: calls of one turn share a batch, and an embedded database answers at once. */
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      for (const [accountId, sessions] of accounts) {
        if (running.size >= maxRuns) return;
        if (!running.has(accountId)) void runBatch(accountId, sessions);
      }
    });
  };

  const runBatch = async (accountId: string, sessions: Map<string, Caller<Result>[]>): Promise<void> => {
    const batch = [...sessions].slice(0, maxSessions);
    for (const [sessionId] of batch) sessions.delete(sessionId);
    // The account goes to the end, so that the others have their turn.
    accounts.delete(accountId);
    if (sessions.size > 0) accounts.set(accountId, sessions);
    running.add(accountId);
    try {
      const sessionIds = batch.map(([sessionId]) => sessionId);
      const results = await run(accountId, sessionIds);
      for (const [sessionId, callers] of batch)
        for (const caller of callers) caller.resolve(results.get(sessionId) ?? null);
    } catch (error) {
      for (const [, callers] of batch) for (const caller of callers) caller.reject(error);
      if (failsTogether) failWaiting(error);
    }
    running.delete(accountId);
    schedule();
  };

  const failWaiting = (error: unknown): void => {
    const failed = [...accounts.values()].flatMap((sessions) => [...sessions.values()].flat());
    accounts.clear();
    for (const caller of failed) caller.reject(error);
  };

  return {
    /** Queues a session. Resolves with its result, null if `run` returned none for it, and rejects as `run` does. */
    add(accountId: string, sessionId: string): Promise<Result | null> {
      return new Promise((resolve, reject) => {
        const sessions = accounts.get(accountId) ?? new Map<string, Caller<Result>[]>();
        accounts.set(accountId, sessions);
        const callers = sessions.get(sessionId) ?? [];
        sessions.set(sessionId, callers);
        callers.push({ resolve, reject });
        schedule();
      });
    },
  };
}
