import { CurfewError, type Scheduler } from "@curfew/core";
import { type AttemptRequest, keysIn } from "./admission.js";
import type { Admission, AttemptStore, FinishedAttempt } from "./attempt-store.js";

type FinalAdmission = Exclude<Admission, { kind: "wait" }>;

/** The sign-in attempts of this process. */
export interface AttemptQueue {
  /** Resolves once the attempt is admitted or limited. Throws `unavailable`, also if too many attempts of its network wait. */
  requestAdmission(request: AttemptRequest): Promise<FinalAdmission>;
  /** Records a finished attempt; false if it no longer counted as in flight. Throws `unavailable`. */
  finish(attempt: FinishedAttempt): Promise<boolean>;
}

interface PendingCall<Input, Output> {
  readonly input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

type PendingRequest = PendingCall<AttemptRequest, FinalAdmission>;

export interface AttemptQueueOptions {
  readonly store: AttemptStore;
  /** Maximum number of attempts of one network that wait for others to finish. */
  readonly maxWaiting: number;
  readonly scheduler: Scheduler;
}

/** Bounds the time that a batch holds its locks. */
const MAX_REQUESTS_PER_BATCH = 500;

/**
 * Creates the serial batch queue of a process: calls that arrive while a batch runs form the next batch. So a flood of attempts,
 * from however many networks, costs one transaction per batch and one database connection.
 *
 * The hashing queue (`passwords/fair-queue.ts`) can't replace it: that one runs independent tasks, while these calls share one
 * transaction, and a request that has to wait stays queued across batches.
 */
export function createAttemptQueue({ store, maxWaiting, scheduler }: AttemptQueueOptions): AttemptQueue {
  let finished: PendingCall<FinishedAttempt, boolean>[] = [];
  /** Oldest first, like those that wait. */
  let requests: PendingRequest[] = [];
  let waiting: PendingRequest[] = [];
  let isPollDue = false;
  let isBatchDue = false;
  let isRunning = false;
  let nextPoll: { cancel(): void } | undefined;

  /** Takes the waiting requests whose turn may have come: those of what finished here, and at a poll all of them. */
  function takeWaiting(): PendingRequest[] {
    const freed = new Set(finished.flatMap(({ input }) => keysIn(input.keys)));
    const isDue = ({ input }: PendingRequest): boolean =>
      isPollDue || keysIn(input).some((key) => freed.has(key));
    const taken = waiting.filter(isDue);
    waiting = waiting.filter((call) => !isDue(call));
    isPollDue = false;
    return taken;
  }

  async function runBatch(): Promise<void> {
    const due = [...takeWaiting(), ...requests];
    const batch = { finished, requests: due.slice(0, MAX_REQUESTS_PER_BATCH) };
    finished = [];
    requests = due.slice(MAX_REQUESTS_PER_BATCH);
    isBatchDue = requests.length > 0;
    try {
      const { wereInFlight, admissions } = await store.applyBatch({
        finished: batch.finished.map(({ input }) => input),
        requests: batch.requests.map(({ input }) => input),
      });
      for (const [index, call] of batch.finished.entries()) call.resolve(wereInFlight[index] ?? false);
      for (const [index, call] of batch.requests.entries()) {
        const admission = admissions[index];
        if (admission === undefined || admission.kind === "wait") waiting.push(call);
        else call.resolve(admission);
      }
      refuseSurplus();
    } catch (error) {
      for (const call of [...batch.finished, ...batch.requests]) call.reject(error);
    }
  }

  function refuseSurplus(): void {
    const countByNetwork = new Map<string, number>();
    waiting = waiting.filter((call) => {
      const count = (countByNetwork.get(call.input.network) ?? 0) + 1;
      countByNetwork.set(call.input.network, count);
      if (count > maxWaiting) call.reject(new CurfewError("unavailable", { retryAfterSeconds: 1 }));
      return count <= maxWaiting;
    });
  }

  async function runBatches(): Promise<void> {
    isRunning = true;
    while (isBatchDue) await runBatch();
    isRunning = false;
    nextPoll?.cancel();
    if (waiting.length > 0) nextPoll = scheduler.after(store.pollIntervalMs, poll);
  }

  function poll(): void {
    isPollDue = true;
    scheduleBatch();
  }

  function scheduleBatch(): void {
    isBatchDue = true;
    if (!isRunning) void runBatches();
  }

  return {
    requestAdmission: (request) =>
      new Promise((resolve, reject) => {
        requests.push({ input: request, resolve, reject });
        scheduleBatch();
      }),
    finish: (attempt) =>
      new Promise((resolve, reject) => {
        finished.push({ input: attempt, resolve, reject });
        scheduleBatch();
      }),
  };
}
