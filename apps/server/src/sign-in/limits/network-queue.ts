import { CurfewError, type Scheduler } from "@curfew/core";
import type { Admission, AttemptStore, FinishedAttempt } from "./attempt-store.js";

type FinalAdmission = Exclude<Admission, { kind: "wait" }>;

/** The sign-in attempts of one network in this process. */
export interface NetworkQueue {
  /**
   * Resolves once the attempt is admitted or limited. Throws `unavailable`, also if too many attempts wait.
   *
   * @param emailHash see `hashEmail`
   */
  requestAdmission(emailHash: string): Promise<FinalAdmission>;
  /** Records a finished attempt; false if it no longer counted as in flight. Throws `unavailable`. */
  finish(attempt: FinishedAttempt): Promise<boolean>;
}

interface PendingCall<Input, Output> {
  readonly input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

export interface NetworkQueueOptions {
  readonly store: AttemptStore;
  /** Maximum number of attempts that wait for others to finish. */
  readonly maxWaiting: number;
  readonly scheduler: Scheduler;
}

/**
 * Creates the serial batch queue of one network: calls that arrive while a batch runs form the next batch. So a flood of
 * attempts from one network costs one transaction per batch and one database connection.
 *
 * The hashing queue (`passwords/concurrency-queue.ts`) can't replace it: that one runs independent tasks, while these calls
 * share one transaction, and a request that has to wait stays queued across batches.
 *
 * @param networkHash see `hashNetwork`
 */
export function createNetworkQueue(
  networkHash: string,
  { store, maxWaiting, scheduler }: NetworkQueueOptions,
): NetworkQueue {
  let finished: PendingCall<FinishedAttempt, boolean>[] = [];
  /** Oldest first. */
  let requests: PendingCall<string, FinalAdmission>[] = [];
  let isBatchDue = false;
  let isRunning = false;
  let nextPoll: { cancel(): void } | undefined;

  async function runBatch(): Promise<void> {
    const batch = { finished, requests };
    finished = [];
    requests = [];
    try {
      const { wereInFlight, admissions } = await store.applyBatch({
        networkHash,
        finished: batch.finished.map(({ input }) => input),
        requests: batch.requests.map(({ input }) => input),
      });
      for (const [index, call] of batch.finished.entries()) call.resolve(wereInFlight[index] ?? false);
      const waiting = batch.requests.filter((call, index) => {
        const admission = admissions[index];
        if (admission === undefined || admission.kind === "wait") return true;
        call.resolve(admission);
        return false;
      });
      for (const call of waiting.splice(maxWaiting))
        call.reject(new CurfewError("unavailable", { retryAfterSeconds: 1 }));
      requests.unshift(...waiting);
    } catch (error) {
      for (const call of [...batch.finished, ...batch.requests]) call.reject(error);
    }
  }

  async function runBatches(): Promise<void> {
    isRunning = true;
    while (isBatchDue) {
      isBatchDue = false;
      await runBatch();
    }
    isRunning = false;
    if (requests.length > 0 && store.pollIntervalMs !== null)
      nextPoll = scheduler.after(store.pollIntervalMs, scheduleBatch);
  }

  function scheduleBatch(): void {
    nextPoll?.cancel();
    isBatchDue = true;
    if (!isRunning) void runBatches();
  }

  return {
    requestAdmission: (emailHash) =>
      new Promise((resolve, reject) => {
        requests.push({ input: emailHash, resolve, reject });
        scheduleBatch();
      }),
    finish: (attempt) =>
      new Promise((resolve, reject) => {
        finished.push({ input: attempt, resolve, reject });
        scheduleBatch();
      }),
  };
}
