import type { Clock, Scheduler } from "../src/clock.js";

/** A clock and scheduler that a test advances. */
export class FakeClock implements Clock, Scheduler {
  #wall: number;
  #monotonic = 0;
  #timers: { at: number; task: () => void }[] = [];
  readonly #settle: () => Promise<void>;

  /**
   * @param now the initial time, in milliseconds since the Unix epoch
   * @param settle resolves once the work that a timer started is done (default: after two turns of the event loop)
   */
  constructor(now = Date.UTC(2026, 0, 5, 9), settle = runDueCallbacks) {
    this.#wall = now;
    this.#settle = settle;
  }

  now = (): number => this.#wall;
  monotonic = (): number => this.#monotonic;

  after = (delayMs: number, task: () => void): { cancel(): void } => {
    const timer = { at: this.#monotonic + Math.max(delayMs, 0), task };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  };

  /** Moves the wall clock only, as NTP does. `ms` may be negative. */
  step(ms: number): void {
    this.#wall += ms;
  }

  /** Advances both clocks without running timers, as when a process is stopped or its event loop stalls. */
  stall(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }

  /** Advances both clocks, running each timer when it is due and waiting for it to settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.stall(Math.max(next.at - this.#monotonic, 0));
      next.task();
      await this.#settle();
    }
    this.stall(end - this.#monotonic);
    await this.#settle();
  }
}

const runDueCallbacks = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
