import type { Clock, Scheduler } from "../src/clock.js";

/** A clock that moves only when told. Both of its readings advance together; `step` moves the wall clock alone. */
export class FakeClock implements Clock, Scheduler {
  #wall: number;
  #monotonic = 0;
  #timers: { at: number; task: () => void }[] = [];
  readonly #settle: () => Promise<void>;

  /**
   * @param now where it begins, in milliseconds since the Unix epoch
   * @param settle resolves once what a timer has started is done; what takes no more than a turn of the loop is, unless told
   */
  constructor(now = Date.UTC(2026, 0, 5, 9), settle = turn) {
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

  /** Moves the wall clock alone, as an operator or NTP does: by `ms`, which may be negative. */
  step(ms: number): void {
    this.#wall += ms;
  }

  /** Lets time pass without running a timer: a stopped process, a stalled loop. */
  stall(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }

  /** Lets `ms` pass, running each timer at its moment and letting what it started settle. */
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

/** Lets every callback that is already due run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
