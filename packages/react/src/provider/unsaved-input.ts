/** Which forms beneath a provider hold input that is not saved. */
export class UnsavedInput {
  readonly #forms = new Set<symbol>();
  readonly #listeners = new Set<() => void>();

  /** Some form holds unsaved input: the same answer until it changes. */
  readonly held = (): boolean => this.#forms.size > 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A form holds unsaved input. Returns what says that it does so no longer. */
  hold(): () => void {
    const form = Symbol("form");
    this.#forms.add(form);
    this.#tell();
    return () => {
      if (this.#forms.delete(form)) this.#tell();
    };
  }

  /** The person gave all of it up. */
  giveUp(): void {
    this.#forms.clear();
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
