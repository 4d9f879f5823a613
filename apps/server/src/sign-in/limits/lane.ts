/**
 * What goes on for one network: one step at a time, so that a count that was read is still true when it is acted on;
 * and how many attempts are under way, by e-mail.
 */
export interface Lane {
  /** Runs a step after those before it. */
  step<T>(work: () => Promise<T>): Promise<T>;
  /** Attempts under way for one e-mail, and for all. */
  underWay(emailKey: string): { email: number; network: number };
  begin(emailKey: string): void;
  /** Also lets those look again who wait for an attempt to end. */
  finish(emailKey: string): void;
  /** Resolves when the next attempt ends. */
  nextFinish(): Promise<void>;
  readonly waiting: number;
}

export function createLane(): Lane {
  const attempts = new Map<string, number>();
  let total = 0;
  let lastStep: Promise<unknown> = Promise.resolve();
  let waiters: (() => void)[] = [];

  const count = (emailKey: string, change: 1 | -1): void => {
    const left = (attempts.get(emailKey) ?? 0) + change;
    if (left === 0) attempts.delete(emailKey);
    else attempts.set(emailKey, left);
    total += change;
  };

  return {
    step(work) {
      const done = lastStep.then(work);
      lastStep = done.catch(() => undefined);
      return done;
    },
    underWay: (emailKey) => ({ email: attempts.get(emailKey) ?? 0, network: total }),
    begin: (emailKey) => count(emailKey, 1),
    finish(emailKey) {
      count(emailKey, -1);
      const awake = waiters;
      waiters = [];
      for (const wake of awake) wake();
    },
    nextFinish: () => new Promise((resolve) => waiters.push(resolve)),
    get waiting() {
      return waiters.length;
    },
  };
}
