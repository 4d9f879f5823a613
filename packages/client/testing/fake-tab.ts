import type { CurfewSession } from "../src/session/model.js";
import type { Activity, Ports } from "../src/session/ports.js";
import type { VirtualTime } from "./virtual-time.js";

/** The timeout of a request; event streams have none. */
export const CALL_TIMEOUT_MS = 60_000;

/** A tab of a fake browser, with its session. */
export interface FakeTab {
  readonly name: string;
  readonly ports: Ports;
  session: CurfewSession;
  /** Runs `task` in this tab: at once, after thawing if it is frozen, never if it is closed. */
  deliver(task: () => void): void;
  isAlive(): boolean;
  isAwake(): boolean;
  /** User activity; deliberate by default. */
  touch(activity?: Activity): void;
  show(): void;
  hide(): void;
  /** The network returns, or the page is restored from the back-forward cache. */
  comeBack(): void;
  /** The page is about to be left. */
  leave(): void;
  /** Timers run only at multiples of `ms`, as in a hidden tab; 0: without delay. */
  throttle(ms: number): void;
  freeze(): void;
  thaw(): void;
}

/** Whether and when tasks run in a tab. */
export interface TabGate {
  deliver(task: () => void): void;
  freeze(): void;
  thaw(): void;
  kill(): void;
  state(): "awake" | "frozen" | "dead";
}

/** Runs tasks while the tab is awake, queues them while it is frozen, and drops them once it is closed. */
export function createTabGate(time: VirtualTime): TabGate {
  let state: "awake" | "frozen" | "dead" = "awake";
  let queued: (() => void)[] = [];
  const deliver = (task: () => void): void => {
    if (state === "awake") task();
    if (state === "frozen") queued.push(task);
  };
  return {
    deliver,
    freeze() {
      if (state === "awake") state = "frozen";
    },
    thaw() {
      if (state !== "frozen") return;
      state = "awake";
      const tasks = queued;
      queued = [];
      // As separate tasks, so that the promises of each settle before the next.
      for (const task of tasks) time.after(0, () => deliver(task));
    },
    kill() {
      state = "dead";
      queued = [];
    },
    state: () => state,
  };
}
