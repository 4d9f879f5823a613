import { unavailable } from "../unavailable.js";

/** How long whoever asks waits for a turn, in milliseconds. */
const TURN_WITHIN_MS = 8000;

/**
 * Lets those of one process who want the same lock ask the database for it one after the other, in the order in which they came. A
 * crowd at one account then holds one connection and not the pool, and nobody in it is overtaken until its patience ends: the
 * server's own queue is left by whoever waits too long, who has to join it again at its end.
 */
export class Turns {
  /** Who waits, by the key that somebody has the turn at. */
  readonly #queues = new Map<string, (() => void)[]>();

  /** Runs `act` once nobody else has the turn at `key`. Throws what it throws, and `unavailable` where no turn came in time. */
  async run<T>(key: string, act: () => Promise<T>): Promise<T> {
    await this.#take(key);
    try {
      return await act();
    } finally {
      this.#pass(key);
    }
  }

  #take(key: string): Promise<void> | void {
    const queue = this.#queues.get(key);
    if (queue === undefined) {
      this.#queues.set(key, []);
      return;
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(begin), 1);
        reject(unavailable("too many want the same lock"));
      }, TURN_WITHIN_MS);
      queue.push(begin);
    });
  }

  #pass(key: string): void {
    const next = this.#queues.get(key)?.shift();
    if (next === undefined) this.#queues.delete(key);
    else next();
  }
}
