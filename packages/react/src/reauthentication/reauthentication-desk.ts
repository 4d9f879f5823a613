/** Where calls wait until the person has proved who they are, or would not. */
export class ReauthenticationDesk {
  #waiting: ((confirmed: boolean) => void)[] = [];
  #dialogs = 0;
  readonly #listeners = new Set<() => void>();

  /** Somebody waits: the same answer until it changes. */
  readonly isAsked = (): boolean => this.#waiting.length > 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A dialog stands ready to ask. Returns what takes it away. */
  attend(): () => void {
    this.#dialogs += 1;
    return () => {
      this.#dialogs -= 1;
      if (this.#dialogs === 0) this.settle(false);
    };
  }

  /** Asks the person; all who wait at once get the same answer. Where no dialog stands ready the answer is no. */
  ask(): Promise<boolean> {
    if (this.#dialogs === 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tell();
    });
  }

  /** Answers all who wait. */
  settle(confirmed: boolean): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const answer of waiting) answer(confirmed);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
