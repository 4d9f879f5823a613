import { orNull } from "../src/or-null.js";
import { createSessionMonitor, type SessionOptions } from "../src/session/create-session-monitor.js";
import type { Activity, Ports } from "../src/session/ports.js";
import { createFakeLocks, type FakeLocks } from "./fake-locks.js";
import { createFakeNetwork, type FakeNetwork } from "./fake-network.js";
import type { FakeServer } from "./fake-server.js";
import { createTabGate, type FakeTab, type TabGate } from "./fake-tab.js";
import type { VirtualTime } from "./virtual-time.js";

/** The origin of every page. */
const ORIGIN = "https://app.example";

/** A browser whose tabs share the wall clock, the cookie, storage, locks and the broadcast channel. */
export interface FakeBrowser {
  readonly tabs: readonly FakeTab[];
  readonly storage: ReadonlyMap<string, string>;
  readonly locks: FakeLocks;
  readonly network: FakeNetwork;
  /** The storage of this browser's key: `hangs` never answers, `fails` answers with an error, `refuses` keeps no key. */
  keyStorage: "works" | "hangs" | "fails" | "refuses";
  /** How long a message between tabs takes. */
  messageMs: number;
  /** How many of the next requests for a proof find the storage as it says; then it works again. */
  keyTroubles: number;
  /** Opens a tab, visible by default, with a session to start; `bare` lists the browser APIs that it lacks. */
  open(options?: {
    isVisible?: boolean;
    bare?: readonly ("channel" | "locks" | "proof")[];
    allowUnbound?: boolean;
    warningSeconds?: number;
    /** The session is the host's own. */
    host?: Pick<SessionOptions, "signIn" | "reauthenticate">;
    /** The session's name (`Ports.name`), if it is of another server than that of the other tabs. */
    name?: string;
  }): FakeTab;
  /** Closes the tab and releases its locks and connections. */
  kill(tab: FakeTab): void;
  /** The machine sleeps for `ms`: timers and the monotonic clock stop, and its connections are lost. */
  sleep(ms: number): Promise<void>;
  /** Moves the machine's wall clock by `ms`. */
  stepClock(ms: number): void;
}

const listenUntilStopped =
  <Listener>(listeners: Set<Listener>) =>
  (listener: Listener, stopped: AbortSignal): void => {
    listeners.add(listener);
    stopped.addEventListener("abort", () => listeners.delete(listener));
  };

/** @param random 0 ≤ x < 1, for jitter; seeded, so that a run can be repeated */
export function createFakeBrowser(time: VirtualTime, server: FakeServer, random: () => number): FakeBrowser {
  const tabs: FakeTab[] = [];
  const storage = new Map<string, string>();
  const locks = createFakeLocks(time);
  const network = createFakeNetwork(time, server);
  const gates = new Map<FakeTab, TabGate>();
  let wallOffsetMs = 0;
  let sleptMs = 0;
  const uptime = (): number => time.now() - sleptMs;

  const open: FakeBrowser["open"] = ({
    isVisible = true,
    bare = [],
    allowUnbound = false,
    warningSeconds = 300,
    host,
    name = "curfew",
  } = {}) => {
    const gate = createTabGate(time);
    const openedAt = uptime();
    const activityListeners = new Set<(activity: Activity) => void>();
    const returnListeners = new Set<() => void>();
    const leaveListeners = new Set<() => void>();
    let visible = isVisible;
    let throttleMs = 0;

    const after = (delayMs: number, task: () => void): (() => void) => {
      const dueAt = uptime() + Math.max(0, delayMs);
      let waiting: { cancel(): void };
      let cancelled = false;
      const wait = (): void => {
        if (cancelled) return;
        const remainingMs = dueAt - uptime();
        const throttledMs = throttleMs > 0 ? (throttleMs - (time.now() % throttleMs)) % throttleMs : 0;
        if (remainingMs <= 0 && throttledMs === 0) task();
        else waiting = time.after(remainingMs > 0 ? remainingMs : throttledMs, () => gate.deliver(wait));
      };
      waiting = time.after(delayMs, () => gate.deliver(wait));
      return () => {
        cancelled = true;
        waiting.cancel();
      };
    };
    const ports: Ports = {
      name,
      clock: { monotonic: () => uptime() - openedAt, wall: () => time.now() + wallOffsetMs },
      after,
      random,
      fetch: (path, init) => network.fetch(tab, path, init),
      isOwn: (url) => new URL(url, ORIGIN).origin === ORIGIN,
      async request(input, init) {
        const sent = new Request(input instanceof Request ? input : new URL(input, ORIGIN), init);
        const { method, headers, signal } = sent;
        const { origin, pathname } = new URL(sent.url);
        const path = origin === ORIGIN ? pathname : sent.url;
        return network.fetch(tab, path, { method, headers, body: await sent.text(), signal });
      },
      async proof(method, path, nowMs, nonce) {
        const { keyStorage } = browser;
        if (keyStorage !== "works" && --browser.keyTroubles === 0) browser.keyStorage = "works";
        if (keyStorage === "hangs") return new Promise(() => {});
        if (keyStorage === "fails") throw new DOMException("Internal error", "UnknownError");
        if (keyStorage === "refuses" || bare.includes("proof") || host) return null;
        return JSON.stringify({ method, path, iat: nowMs, nonce });
      },
      channel: bare.includes("channel")
        ? null
        : {
            postMessage(message) {
              const copy = structuredClone(message);
              for (const other of tabs)
                if (other !== tab && other.isAlive() && other.ports.name === name)
                  time.after(browser.messageMs, () =>
                    other.deliver(() => {
                      const { channel } = other.ports;
                      const data = structuredClone(copy);
                      channel?.onmessage?.call(
                        channel as BroadcastChannel,
                        new MessageEvent("message", { data }),
                      );
                    }),
                  );
            },
            onmessage: null,
          },
      locks: bare.includes("locks")
        ? null
        : { request: (lock, options, task) => locks.request(tab, lock, options, task) },
      storage: (use) =>
        orNull(() =>
          use({
            getItem: (key) => storage.get(key) ?? null,
            setItem: (key, value) => void storage.set(key, value),
            removeItem: (key) => void storage.delete(key),
          }),
        ),
      onActivity: listenUntilStopped(activityListeners),
      visible: () => visible,
      onReturn: listenUntilStopped(returnListeners),
      onLeave: listenUntilStopped(leaveListeners),
    };
    const comeBack = (): void =>
      gate.deliver(() => {
        for (const listener of [...returnListeners]) listener();
      });
    const tab: FakeTab = {
      name: `tab ${tabs.length + 1}`,
      ports,
      session: createSessionMonitor(ports, {
        allowUnbound,
        warningSeconds,
        host: host !== undefined,
        ...host,
      }),
      deliver: gate.deliver,
      isAlive: () => gate.state() !== "dead",
      isAwake: () => gate.state() === "awake",
      touch: (activity = { deliberate: true }) =>
        gate.deliver(() => {
          for (const listener of [...activityListeners]) listener(activity);
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
      leave: () =>
        gate.deliver(() => {
          for (const listener of [...leaveListeners]) listener();
        }),
      throttle(ms) {
        throttleMs = ms;
      },
      freeze: gate.freeze,
      thaw: gate.thaw,
    };
    gates.set(tab, gate);
    tabs.push(tab);
    return tab;
  };
  const browser: FakeBrowser = {
    tabs,
    storage,
    locks,
    network,
    messageMs: 1,
    keyStorage: "works",
    keyTroubles: Number.POSITIVE_INFINITY,
    open,
    kill(tab) {
      gates.get(tab)?.kill();
      network.drop(tab);
      locks.release(tab);
    },
    async sleep(ms) {
      const awake = tabs.filter((tab) => tab.isAwake());
      for (const tab of awake) tab.freeze();
      network.unplug();
      const asleepAt = time.now();
      await time.advance(ms);
      sleptMs += time.now() - asleepAt;
      network.plug();
      for (const tab of awake) tab.thaw();
    },
    stepClock(ms) {
      wallOffsetMs += ms;
    },
  };
  return browser;
}
