import { isCurfewError } from "@curfew/core";

export interface BatchOptions<Input, Output> {
  /** A batch holds at most one call per key. */
  keyOf(input: Input): string;
  /** Answers the inputs in their order; null for a call that has to run individually. */
  runBatch(inputs: readonly Input[]): Promise<readonly (Output | null)[]>;
  runSingle(input: Input): Promise<Output>;
  readonly maxBatchSize: number;
  /** While this many batches are in flight, new calls wait, so that the next batch is larger. */
  readonly maxConcurrentBatches: number;
  /** Maximum time that a call waits for a batch to finish, in milliseconds. */
  readonly maxWaitMs: number;
}

interface PendingCall<Input, Output> {
  readonly input: Input;
  settle(output: Output | Promise<Output>): void;
}

/**
 * Returns a function whose concurrent calls are answered in batches. Calls that the batch can't answer run
 * individually, and so do all calls of a batch that failed. If the batch is `unavailable`, its effects are
 * unknown: its calls fail with that error.
 */
export function batchCalls<Input, Output>(
  options: BatchOptions<Input, Output>,
): (input: Input) => Promise<Output> {
  const { keyOf, runBatch, runSingle, maxBatchSize, maxConcurrentBatches, maxWaitMs } = options;
  let pending: PendingCall<Input, Output>[] = [];
  let batchesInFlight = 0;
  let isScheduled = false;
  let maxWaitTimer: NodeJS.Timeout | undefined;

  /** Removes the next batch from the pending calls, in the order of arrival. */
  const takeBatch = (): readonly PendingCall<Input, Output>[] => {
    const batch = new Map<string, PendingCall<Input, Output>>();
    const remaining: PendingCall<Input, Output>[] = [];
    for (const call of pending) {
      const key = keyOf(call.input);
      if (batch.size < maxBatchSize && !batch.has(key)) batch.set(key, call);
      else remaining.push(call);
    }
    pending = remaining;
    return [...batch.values()];
  };

  const run = async (batch: readonly PendingCall<Input, Output>[]): Promise<void> => {
    const [firstCall] = batch;
    if (firstCall !== undefined && batch.length === 1) {
      const output = runSingle(firstCall.input);
      firstCall.settle(output);
      await output.catch(() => {});
      return;
    }
    const outputs = await runBatch(batch.map(({ input }) => input)).catch((error: unknown) => {
      const isOutcomeUnknown = isCurfewError(error, "unavailable");
      return batch.map(() => (isOutcomeUnknown ? Promise.reject<Output>(error) : null));
    });
    for (const [index, call] of batch.entries()) call.settle(outputs[index] ?? runSingle(call.input));
  };

  const startBatch = (): void => {
    clearTimeout(maxWaitTimer);
    maxWaitTimer = undefined;
    const batch = takeBatch();
    if (batch.length === 0) return;
    batchesInFlight += 1;
    void run(batch).then(() => {
      batchesInFlight -= 1;
      schedule();
    });
    schedule();
  };

  /**
   * Starts a batch after this turn of the event loop; at the limit, when a batch finishes or the maximum wait
   * is over.
   */
  const schedule = (): void => {
    if (pending.length === 0) return;
    if (batchesInFlight >= maxConcurrentBatches) {
      maxWaitTimer ??= setTimeout(startBatch, maxWaitMs);
    } else if (!isScheduled) {
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        startBatch();
      });
    }
  };

  return (input) =>
    new Promise((settle) => {
      pending.push({ input, settle });
      schedule();
    });
}
