/** A set of listeners. */
export interface Listeners {
  /** Returns a function that removes the listener. */
  add(listener: () => void): () => void;
  notify(): void;
}

/** An error thrown by a listener is reported as uncaught and does not affect the others. */
export function createListeners(): Listeners {
  let listeners: (() => void)[] = [];
  return {
    add(listener) {
      // Wrapped, so that a function that is added twice can be removed once.
      const added = (): void => listener();
      listeners = [...listeners, added];
      return () => {
        listeners = listeners.filter((other) => other !== added);
      };
    },
    notify() {
      for (const listener of listeners)
        try {
          listener();
        } catch (error) {
          reportError(error);
        }
    },
  };
}
