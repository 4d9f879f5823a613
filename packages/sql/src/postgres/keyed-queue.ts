import { unavailable } from "../database.js";

/** What a call may wait before it begins: it is answered within three seconds. */
export const MAX_WAIT_MS = 2000;

/**
 * Runs the tasks of one key one after the other, in the order of their arrival. Units that lock the same
 * account are queued here before they take a connection: they then occupy one connection instead of the whole
 * pool, and keep their place. In the server's own queue, a unit whose lock times out has to start again at
 * the end.
 */
export class KeyedQueue {
  /** The waiting tasks of each key that has a running task. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /**
   * Runs `task` when all earlier tasks of `key` have finished.
   *
   * @throws what the task throws; `unavailable` after two seconds of waiting
   */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    await this.#enter(key);
    try {
      return await task();
    } finally {
      this.#leave(key);
    }
  }

  #enter(key: string): Promise<void> | void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
      return;
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(unavailable("too many calls wait for the same lock"));
      }, MAX_WAIT_MS);
      waiting.push(start);
    });
  }

  #leave(key: string): void {
    const startNext = this.#waiting.get(key)?.shift();
    if (startNext === undefined) this.#waiting.delete(key);
    else startNext();
  }
}
