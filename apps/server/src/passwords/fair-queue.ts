import { CurfewError, siteOf } from "@curfew/core";

/** Runs a bounded number of tasks at once. Those that wait take turns by network. */
export interface FairQueue {
  /**
   * Throws `unavailable` if the queue is full and no network has more waiting tasks than this one.
   *
   * @param network in the form of `networkOf`
   */
  run<T>(network: string, task: () => Promise<T>): Promise<T>;
  /** Number of tasks that run or wait. */
  readonly pending: number;
}

/** A task that waits for its turn. */
interface Waiting {
  start(): void;
  refuse(): void;
}

/**
 * Creates a queue in which a flood of one network delays that network's own tasks: sites (see `siteOf`) take turns, and the
 * networks of one site take turns in it. A full queue drops the newest task of the site that has the most waiting.
 *
 * @param limits.concurrency maximum number of tasks that run at once
 * @param limits.maxWaiting maximum number of tasks that wait
 * @param limits.retryAfterSeconds the `Retry-After` of rejected tasks
 */
export function createFairQueue(limits: {
  concurrency: number;
  maxWaiting: number;
  retryAfterSeconds: number;
}): FairQueue {
  const sites = new Turns<Turns<Waiting[]>>();
  let running = 0;
  let waiting = 0;

  const networksOf = (site: string): Turns<Waiting[]> => sites.get(site) ?? sites.add(site, new Turns());

  function enqueue(network: string, task: Waiting): void {
    const networks = networksOf(siteOf(network));
    const tasks = networks.get(network) ?? networks.add(network, []);
    tasks.push(task);
    waiting += 1;
    if (waiting > limits.maxWaiting) dropNewestOfLongest();
  }

  /** Drops from the site with the most waiting tasks, and in it from the network with the most. */
  function dropNewestOfLongest(): void {
    const [site, networks] = sites.longest((of) => of.sum((tasks) => tasks.length));
    const [network, tasks] = networks.longest((of) => of.length);
    waiting -= 1;
    tasks.pop()?.refuse();
    if (tasks.length === 0) networks.delete(network);
    if (networks.size === 0) sites.delete(site);
  }

  function takeNext(): Waiting | undefined {
    const [site, networks] = sites.next() ?? [];
    if (site === undefined || networks === undefined) return undefined;
    const [network, tasks] = networks.next() ?? [];
    const task = tasks?.shift();
    if (network !== undefined && tasks?.length === 0) networks.delete(network);
    if (networks.size === 0) sites.delete(site);
    waiting -= 1;
    return task;
  }

  const acquireSlot = (network: string): Promise<void> | undefined => {
    if (running < limits.concurrency) {
      running += 1;
      return undefined;
    }
    return new Promise((resolve, reject) =>
      enqueue(network, {
        start: resolve,
        refuse: () => reject(new CurfewError("unavailable", { retryAfterSeconds: limits.retryAfterSeconds })),
      }),
    );
  };

  /** Hands the slot directly to the next waiting task, so that a new task can't overtake it. */
  const releaseSlot = (): void => {
    const next = takeNext();
    if (next === undefined) running -= 1;
    else next.start();
  };

  return {
    get pending() {
      return running + waiting;
    },
    async run(network, task) {
      await acquireSlot(network);
      try {
        return await task();
      } finally {
        releaseSlot();
      }
    },
  };
}

/** Values that take turns. A new one comes last. */
class Turns<Value> {
  readonly #values = new Map<string, Value>();

  get size(): number {
    return this.#values.size;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  add(name: string, value: Value): Value {
    this.#values.set(name, value);
    return value;
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  /** The value whose turn it is, which goes to the end. */
  next(): [string, Value] | undefined {
    for (const [name, value] of this.#values) {
      this.#values.delete(name);
      this.#values.set(name, value);
      return [name, value];
    }
    return undefined;
  }

  /** The value with the greatest length, of several the one that has waited longest for its turn. */
  longest(lengthOf: (value: Value) => number): [string, Value] {
    return [...this.#values].reduce((most, entry) => (lengthOf(entry[1]) > lengthOf(most[1]) ? entry : most));
  }

  sum(lengthOf: (value: Value) => number): number {
    return [...this.#values.values()].reduce((total, value) => total + lengthOf(value), 0);
  }
}
