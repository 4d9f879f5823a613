import { createSessionMonitor } from "../src/session/create-session-monitor.js";
import type { Activity, Ports } from "../src/session/ports.js";
import { createFakeLocks, type FakeLocks } from "./fake-locks.js";
import { createFakeNetwork, type FakeNetwork } from "./fake-network.js";
import type { FakeServer } from "./fake-server.js";
import { createTabGate, type FakeTab } from "./fake-tab.js";
import type { VirtualTime } from "./virtual-time.js";

/** One machine with one browser: its tabs share the wall clock, the cookie, storage, locks and the channel. */
export interface FakeBrowser {
  readonly tabs: readonly FakeTab[];
  readonly storage: ReadonlyMap<string, string>;
  readonly locks: FakeLocks;
  readonly network: FakeNetwork;
  /** Opens a tab with a session in it; `isVisible` unless told otherwise. Begin it with `tab.session.start()`. */
  open(options?: { isVisible?: boolean; bare?: readonly ("channel" | "locks" | "proof")[] }): FakeTab;
  /** The tab dies with all that it holds. */
  kill(tab: FakeTab): void;
  /** The machine sleeps for `ms`: timers and the monotonic clock stand still, and its connections are dead after it. */
  sleep(ms: number): Promise<void>;
  /** Sets the machine's wall clock by `ms`. */
  stepClock(ms: number): void;
}

/**
 * Makes one.
 *
 * @param random 0 ≤ x < 1, for jitter; seeded, so that a story can be told again
 */
export function createFakeBrowser(time: VirtualTime, server: FakeServer, random: () => number): FakeBrowser {
  const tabs: FakeTab[] = [];
  const storage = new Map<string, string>();
  const locks = createFakeLocks(time);
  const network = createFakeNetwork(time, server);
  const listeners = new Map<FakeTab, Set<(message: unknown) => void>>();
  let wallOffsetMs = 0;
  let sleptMs = 0;
  const uptime = (): number => time.now() - sleptMs;

  const open: FakeBrowser["open"] = ({ isVisible = true, bare = [] } = {}) => {
    const gate = createTabGate(time);
    const openedAt = uptime();
    const onActivity = new Set<(activity: Activity) => void>();
    const onReturn = new Set<() => void>();
    let visible = isVisible;
    let throttleMs = 0;

    const after = (delayMs: number, task: () => void): (() => void) => {
      const dueAt = uptime() + Math.max(0, delayMs);
      let waiting: { cancel(): void };
      const wait = (): void => {
        if (cancelled) return;
        const early = dueAt - uptime();
        const late = throttleMs > 0 ? (throttleMs - (time.now() % throttleMs)) % throttleMs : 0;
        if (early <= 0 && late === 0) task();
        else waiting = time.after(early > 0 ? early : late, () => gate.deliver(wait));
      };
      let cancelled = false;
      waiting = time.after(delayMs, () => gate.deliver(wait));
      return () => {
        cancelled = true;
        waiting.cancel();
      };
    };
    const heard = new Set<(message: unknown) => void>();
    const ports: Ports = {
      clock: { monotonic: () => uptime() - openedAt, wall: () => time.now() + wallOffsetMs },
      after,
      random,
      fetch: (path, init) => network.fetch(tab, path, init),
      proof: async (method, path, nowMs, nonce) =>
        bare.includes("proof") ? null : JSON.stringify({ method, path, iat: nowMs, nonce }),
      channel: bare.includes("channel")
        ? null
        : {
            post(message) {
              const copy = structuredClone(message);
              for (const [other, set] of listeners)
                if (other !== tab)
                  time.after(1, () =>
                    other.deliver(() => {
                      for (const listener of [...set]) listener(structuredClone(copy));
                    }),
                  );
            },
            listen(listener) {
              heard.add(listener);
              return () => heard.delete(listener);
            },
          },
      locks: bare.includes("locks")
        ? null
        : { request: (name, options, task) => locks.request(tab, name, options, task) },
      storage: {
        get: (key) => storage.get(key) ?? null,
        set: (key, value) => void storage.set(key, value),
        remove: (key) => void storage.delete(key),
      },
      onActivity(listener) {
        onActivity.add(listener);
        return () => onActivity.delete(listener);
      },
      visible: () => visible,
      onReturn(listener) {
        onReturn.add(listener);
        return () => onReturn.delete(listener);
      },
    };
    const comeBack = (): void =>
      gate.deliver(() => {
        for (const listener of [...onReturn]) listener();
      });
    const tab: FakeTab = {
      name: `tab ${tabs.length + 1}`,
      ports,
      session: createSessionMonitor(ports),
      deliver: gate.deliver,
      isAlive: () => gate.state() !== "dead",
      isAwake: () => gate.state() === "awake",
      touch: (activity = { deliberate: true }) =>
        gate.deliver(() => {
          for (const listener of [...onActivity]) listener(activity);
        }),
      show() {
        visible = true;
        throttleMs = 0;
        gate.thaw();
        comeBack();
      },
      hide() {
        visible = false;
      },
      comeBack,
      throttle(ms) {
        throttleMs = ms;
      },
      freeze: gate.freeze,
      thaw: gate.thaw,
    };
    gates.set(tab, gate);
    listeners.set(tab, heard);
    tabs.push(tab);
    return tab;
  };
  const gates = new Map<FakeTab, ReturnType<typeof createTabGate>>();

  return {
    tabs,
    storage,
    locks,
    network,
    open,
    kill(tab) {
      gates.get(tab)?.kill();
      listeners.delete(tab);
      network.drop(tab);
      locks.release(tab);
    },
    async sleep(ms) {
      const awake = tabs.filter((tab) => tab.isAwake());
      for (const tab of awake) tab.freeze();
      network.unplug();
      const before = time.now();
      await time.advance(ms);
      sleptMs += time.now() - before;
      network.plug();
      for (const tab of awake) tab.thaw();
    },
    stepClock(ms) {
      wallOffsetMs += ms;
    },
  };
}
