/** Knows which calls are under way, whoever made them. */
export class Bustle {
  readonly #calls = new Set<Promise<unknown>>();

  /** The same object, each of whose calls is known of until it is answered. */
  of<Methods extends object>(methods: Methods): Methods {
    const watched = Object.entries(methods).map(([name, method]) => [
      name,
      (...given: unknown[]): unknown => {
        const answer: unknown = method(...given);
        if (answer instanceof Promise) this.#note(answer);
        return answer;
      },
    ]);
    return Object.fromEntries(watched);
  }

  /** Resolves once nothing is under way, and nothing has followed from what was. */
  async over(): Promise<void> {
    do {
      await Promise.allSettled(this.#calls);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    } while (this.#calls.size > 0);
  }

  #note(call: Promise<unknown>): void {
    this.#calls.add(call);
    const forget = (): void => void this.#calls.delete(call);
    call.then(forget, forget);
  }
}
