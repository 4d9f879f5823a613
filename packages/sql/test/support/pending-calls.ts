/** The store calls that have not been answered, including those of timers. */
export class PendingCalls {
  readonly #calls = new Set<Promise<unknown>>();

  /** Returns the same object with methods whose calls are tracked until they are answered. */
  track<Methods extends object>(methods: Methods): Methods {
    const tracked = Object.entries(methods).map(([name, method]) => [
      name,
      (...args: unknown[]): unknown => {
        const result: unknown = method(...args);
        if (result instanceof Promise) this.#add(result);
        return result;
      },
    ]);
    return Object.fromEntries(tracked);
  }

  /** Resolves once no call is pending, including calls that follow from the answers of earlier ones. */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled(this.#calls);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    } while (this.#calls.size > 0);
  }

  #add(call: Promise<unknown>): void {
    this.#calls.add(call);
    const remove = (): void => void this.#calls.delete(call);
    call.then(remove, remove);
  }
}
