/** Tells its subscribers of each change, as `useSyncExternalStore` wants it. */
export class Notifier {
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  protected notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
