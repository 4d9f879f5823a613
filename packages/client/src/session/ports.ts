/** Why the page was touched: `deliberate` for key, click, touch and scroll, not for mere pointer movement. */
export interface Activity {
  deliberate: boolean;
}

/** Everything that the session needs of a browser, so that every rule is tested without one and without waiting. */
export interface Ports {
  clock: {
    /** Milliseconds that never go back; may stand still while the machine sleeps. */
    monotonic(): number;
    /** This machine's wall clock, milliseconds since the Unix epoch: may be wrong, and may be stepped. */
    wall(): number;
  };
  /** Runs `task` once after `delayMs`; may be late (throttled tabs). Returns what cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** The HTTP calls, relative to the server's origin, credentials included. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  /**
   * A DPoP proof (RFC 9449 §4.2) of this browser's key, which can't be exported; null where the browser keeps none.
   *
   * @param nowMs the best guess of the server's time, milliseconds since the Unix epoch
   */
  proof(method: string, path: string, nowMs: number, nonce?: string): Promise<string | null>;
  /** To the other tabs; null where the browser has no channel. What is posted does not come back to its sender. */
  channel: {
    post(message: unknown): void;
    listen(listener: (message: unknown) => void): () => void;
  } | null;
  /**
   * Locks among the tabs, as the browser has them (Web Locks); null where it has none. One is held until the task's promise
   * settles; a tab that dies lets go. `signal` gives up waiting and rejects; `steal` takes it from whoever holds it, whose
   * request then rejects.
   */
  locks: {
    request<T>(
      name: string,
      options: { signal: AbortSignal } | { steal?: true },
      task: () => Promise<T>,
    ): Promise<T>;
  } | null;
  /** What survives a reload; failing is as good as empty. */
  storage: {
    get(key: string): string | null;
    set(key: string, value: string): void;
    remove(key: string): void;
  };
  /** The person touches this page (`listener` may be called many times a second). */
  onActivity(listener: (activity: Activity) => void): () => void;
  visible(): boolean;
  /** The page becomes visible again, comes back from the back-forward cache, or the network returns. */
  onReturn(listener: () => void): () => void;
}
