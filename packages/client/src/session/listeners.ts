/** Who is told, and how. */
export interface Listeners {
  /** Returns what stops it. */
  add(listener: () => void): () => void;
  tell(): void;
}

/** One listener that throws keeps no other from being told: its error is reported as if nobody had caught it. */
export function createListeners(): Listeners {
  let listeners: (() => void)[] = [];
  return {
    add(listener) {
      const tell = (): void => listener();
      listeners = [...listeners, tell];
      return () => {
        listeners = listeners.filter((other) => other !== tell);
      };
    },
    tell() {
      for (const listener of listeners)
        try {
          listener();
        } catch (error) {
          globalThis.reportError?.(error);
        }
    },
  };
}
