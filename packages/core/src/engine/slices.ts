export interface Slices {
  /** Runs a task after those that wait. */
  push(task: () => void): void;
}

/**
 * Runs tasks in their order, a few in each turn of the event loop: thousands of streams are told of a change without holding
 * up other work. A task that throws is left out.
 */
export function createSlices(tasksPerTurn: number): Slices {
  const waiting: (() => void)[] = [];
  const runSlice = (): void => {
    for (const task of waiting.splice(0, tasksPerTurn)) {
      try {
        task();
      } catch {
        // A listener of the host failed. The others still have to be told.
      }
    }
    if (waiting.length > 0) setImmediate(runSlice);
    else isScheduled = false;
  };
  let isScheduled = false;
  return {
    push(task) {
      waiting.push(task);
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(runSlice);
    },
  };
}
