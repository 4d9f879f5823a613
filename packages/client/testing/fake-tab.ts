import type { CurfewSession } from "../src/session/model.js";
import type { Activity, Ports } from "../src/session/ports.js";
import type { VirtualTime } from "./virtual-time.js";

/** How long the browser's calls wait for an answer, but for the event stream. */
export const CALL_TIMEOUT_MS = 10_000;

/** One tab of a fake browser, with the session in it. */
export interface FakeTab {
  readonly name: string;
  readonly ports: Ports;
  /** Made by the browser's `open`. */
  session: CurfewSession;
  /** Runs what comes from outside, as soon as this tab runs at all: a frozen one gets it later, a dead one never. */
  deliver(task: () => void): void;
  isAlive(): boolean;
  isAwake(): boolean;
  /** The person touches the page: a click or a key, unless told that it is mere pointer movement. */
  touch(activity?: Activity): void;
  show(): void;
  hide(): void;
  /** The network comes back, or the page comes back from where it was kept. */
  comeBack(): void;
  /** Timers run on whole multiples of `ms` only, as in a hidden tab; 0: in time. */
  throttle(ms: number): void;
  freeze(): void;
  thaw(): void;
}

/** What a tab is made of: see `createTabGate`. */
export interface TabGate {
  deliver(task: () => void): void;
  freeze(): void;
  thaw(): void;
  kill(): void;
  state(): "awake" | "frozen" | "dead";
}

/** Lets through what comes to a tab, keeps it while the tab is frozen, and drops it once it is dead. */
export function createTabGate(time: VirtualTime): TabGate {
  let state: "awake" | "frozen" | "dead" = "awake";
  let kept: (() => void)[] = [];
  const deliver = (task: () => void): void => {
    if (state === "awake") task();
    if (state === "frozen") kept.push(task);
  };
  return {
    deliver,
    freeze() {
      if (state === "awake") state = "frozen";
    },
    thaw() {
      if (state !== "frozen") return;
      state = "awake";
      const tasks = kept;
      kept = [];
      // One after the other, as tasks of their own: what each of them promises is settled before the next.
      for (const task of tasks) time.after(0, () => deliver(task));
    },
    kill() {
      state = "dead";
      kept = [];
    },
    state: () => state,
  };
}
