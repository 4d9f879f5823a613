/** User activity on the page; `deliberate` for key, click, touch and scroll, false for mere pointer movement. */
export interface Activity {
  deliberate: boolean;
}

/** The browser APIs that the session uses, replaceable in tests. None is read before the session is used. */
export interface Ports {
  /**
   * Names what the pages of an origin share: channel, locks, storage and key. Contains the server's address, so that the
   * sessions of two servers don't mix.
   */
  name: string;
  clock: {
    /** Milliseconds, never decreasing; may stop while the machine sleeps. */
    monotonic(): number;
    /** The machine's wall clock, milliseconds since the Unix epoch; may be wrong or set at any time. */
    wall(): number;
  };
  /** Runs `task` once after `delayMs`, or later in a throttled tab. Returns a function that cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** Sends a request of Curfew's with cookies; `path` is relative to the server's origin, and begins with `/api`. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Whether a URL, relative to the page's, is of the page's origin or the service's: no other gets the token. */
  isOwn(url: string | URL): boolean;
  /** Sends a request of the app's as it stands. */
  request: typeof fetch;
  /**
   * Signs a DPoP proof (RFC 9449 §4.2) with this browser's non-extractable key; null if the browser can't keep a key.
   * Rejects after a failure that may pass. May hang.
   *
   * @param nowMs the estimated server time, milliseconds since the Unix epoch
   */
  proof(method: string, path: string, nowMs: number, nonce?: string): Promise<string | null>;
  /** Messages to the other tabs; null if unavailable. The sender does not receive its own messages. */
  channel: Pick<BroadcastChannel, "postMessage" | "onmessage"> | null;
  /**
   * Locks shared by the tabs (Web Locks); null or undefined if unavailable. A lock is held until the task's promise settles or the tab
   * closes. `signal` aborts the wait; `steal` takes the lock from its holder, whose request then rejects.
   */
  locks:
    | {
        request<T>(
          name: string,
          options: { signal: AbortSignal } | { steal?: true },
          task: () => Promise<T>,
        ): Promise<T>;
      }
    | null
    | undefined;
  /** Uses the storage that survives a reload. Null if the browser refuses access, or it is full. */
  storage<T>(use: (storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) => T): T | null;
  /** Calls `listener` for user activity on this page, possibly many times a second, until `stopped`. */
  onActivity(listener: (activity: Activity) => void, stopped: AbortSignal): void;
  visible(): boolean;
  /** Calls `listener` when the page becomes visible, is restored from the back-forward cache, or the network returns. */
  onReturn(listener: () => void, stopped: AbortSignal): void;
  /** Calls `listener` when the page is about to be left: a link, a form, a reload. It may stay all the same. */
  onLeave(listener: () => void, stopped: AbortSignal): void;
}
