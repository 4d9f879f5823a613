import { createApi } from "../api/create-api.js";
import { createActivityLog } from "./activity-log.js";
import { createAuthorisedSend } from "./authorised-send.js";
import { isRefreshNeeded, nextCheckMs, stateOf } from "./decisions.js";
import { FROZEN_AFTER_MS, RECONNECTING_AFTER_MS } from "./durations.js";
import { createEventStream } from "./event-stream.js";
import { expiryOf, nearerDeadline } from "./expiry.js";
import { createListeners } from "./listeners.js";
import type { CurfewSession, Expiry, SessionState } from "./model.js";
import type { Ports } from "./ports.js";
import { createProofs } from "./proofs.js";
import { createRefresher } from "./refresher.js";
import { createServerClock } from "./server-clock.js";
import { createSessionActions, type SignInOptions } from "./session-actions.js";
import { createSessionStore } from "./session-store.js";
import type { TabMessage, TabMessageHandlers } from "./tab-messages.js";

/** Options of `createSessionMonitor`. */
export interface SessionOptions extends SignInOptions {
  /**
   * Whether the sessions are those of the host's own sign-in, whose cookie comes with each request: there are no tokens, keys and
   * passwords of Curfew's. Default false.
   */
  host?: boolean;
  /**
   * How many seconds before a deadline to warn; default 300, and at most half of the session's limit. Read at each check, so
   * that it can be set later.
   */
  warningSeconds?: number;
  /**
   * Whether a session may begin without a key in a browser that can't keep one. A copy of its refresh token is then enough to
   * use it. Default false: such a sign-in is refused as `proof_unavailable`.
   */
  allowUnbound?: boolean;
}

/**
 * Creates the session of this tab. It is idle until `start()` is called.
 *
 * @example const session = createSessionMonitor(ports); session.subscribe(render); session.start();
 */
export function createSessionMonitor(ports: Ports, options: SessionOptions = {}): CurfewSession {
  const { monotonic, wall } = ports.clock;
  const { host: isHost } = options;
  const clock = createServerClock(ports.clock);
  const activity = createActivityLog(ports.clock);
  const stateListeners = createListeners();
  const policyListeners = createListeners();

  let state: SessionState = { status: "loading", reconnecting: false };
  /** As of the last check, which is what the page shows. */
  let expiry: Expiry | null = null;
  /** Null while the monitor is stopped. */
  let running: AbortController | null = null;
  let cancelCheck: (() => void) | undefined;
  let checkedAt = 0;
  let unreachableSince = Number.POSITIVE_INFINITY;
  /** The idle deadlines that the server is to be asked about before their warning, and was. */
  let asking: string | undefined;
  let asked: string | undefined;

  const setReachable = (isReachable: boolean, isLocal?: boolean): void => {
    // Without an answer the warning comes anyway.
    asked = asking;
    store.storage_trouble = isLocal || undefined;
    if (isReachable === (unreachableSince === Number.POSITIVE_INFINITY)) return;
    unreachableSince = isReachable ? Number.POSITIVE_INFINITY : monotonic();
    events.retry();
    check();
  };
  const onPolicyChange = (): void => {
    // If the policy is applied now, older tokens are refused; the event does not say whether it is.
    if (store.live) store.live.tokenUntil = 0;
    policyListeners.notify();
  };
  const store = createSessionStore(ports, clock, isHost, check);
  const api = createApi((...call) => send(...call));
  const proofs = createProofs(ports, clock, isHost || options.allowUnbound);
  const refresher = createRefresher(ports, store, activity, proofs, api, isHost, setReachable, check);
  const { send, fetch } = createAuthorisedSend(ports, clock, store, refresher, proofs, isHost);
  const events = createEventStream(ports, store, send, onPolicyChange, check);

  const needsRefresh = (): boolean => isRefreshNeeded(store, refresher, activity, expiry, asking !== asked);
  const reconnectingInMs = (): number => unreachableSince + RECONNECTING_AFTER_MS - monotonic();

  /** Starts what is due, schedules the next check and notifies the listeners of a new state. */
  function check(): void {
    if (!running) return;
    const isThawed = expiry && monotonic() - checkedAt > FROZEN_AFTER_MS;
    checkedAt = monotonic();
    if (store.live && (isThawed || clock.hasDrifted()) && !store.isStale) {
      store.isStale = true;
      events.restart();
    }
    events.watch(store.live?.session.id);
    const { live } = store;
    const isActive = activity.unreported() && !refresher.isFailing();
    // The host's own requests may have moved the deadline meanwhile.
    const nearer = live && nearerDeadline(live.session);
    const deadline = isHost && nearer?.reason === "idle" ? nearer.expires_at : asked;
    const warningMs = (options.warningSeconds ?? 300) * 1000;
    expiry =
      live &&
      expiryOf(live.session, clock.now(), warningMs, store.dismissed, isActive || deadline !== asked, expiry);
    if (expiry && expiry.remaining_ms <= expiry.warning_ms) asking = deadline;
    if (needsRefresh() && refresher.waitMs() === 0) refresher.refresh(needsRefresh).catch(() => {});
    const next = stateOf(store, expiry, reconnectingInMs() <= 0);
    const hasChanged = JSON.stringify(next) !== JSON.stringify(state);
    if (hasChanged) state = next;
    cancelCheck?.();
    if (live || needsRefresh())
      cancelCheck = ports.after(
        nextCheckMs(
          expiry,
          reconnectingInMs(),
          store.deferMs(),
          events.waitMs(),
          refresher.dueMs(),
          needsRefresh() ? refresher.waitMs() : 0,
        ),
        check,
      );
    // Last, because a listener may trigger another check or stop the monitor.
    if (hasChanged) stateListeners.notify();
  }

  const sinceMs = (wallMs: number): number => Math.max(0, wall() - wallMs);
  /** @param at when, if it was in another tab; default: now, in this one */
  const active = (at?: number): void => {
    if (store.signedOut || !activity.record(at ? sinceMs(at) : 0)) return;
    // Once the event is over: a page that renders during it does so before its own handlers, and React then sets a checkbox back
    // that the event has just changed.
    ports.after(0, check);
    if (!at) store.post(["activity", wall()]);
  };

  const onReturn = (): void => {
    refresher.retry();
    events.retry();
    check();
  };

  const handlers: TabMessageHandlers = {
    update(update, sentAt, receivedAt, activityAgoMs) {
      const receivedAgoMs = sinceMs(receivedAt);
      if (store.accept(update, sentAt, receivedAgoMs) && update.user) {
        activity.record(activityAgoMs + receivedAgoMs);
        refresher.granted(receivedAgoMs, activityAgoMs + receivedAgoMs);
      }
      check();
    },
    activity: active,
    ...store.handlers,
    policy: onPolicyChange,
    heartbeat: events.heartbeat,
  };
  // A tab of another version may send messages that have no handler here.
  const onMessage = ({ data: [name, ...args] }: MessageEvent<TabMessage>): void =>
    (handlers[name] as ((...args: unknown[]) => void) | undefined)?.(...args);

  return {
    api,
    fetch,
    getState: () => state,
    subscribe: stateListeners.add,
    onPolicyChange: policyListeners.add,
    start({ quietly } = {}) {
      if (running) return;
      const hasUser = store.read();
      if (quietly && !hasUser) store.end(undefined, null);
      running = new AbortController();
      ports.onActivity(({ deliberate }) => {
        // While the idle warning is shown only a deliberate act extends the session.
        if (deliberate || expiry?.reason !== "idle" || expiry.dismissed) active();
      }, running.signal);
      ports.onReturn(onReturn, running.signal);
      ports.onLeave(store.deferHere, running.signal);
      if (ports.channel) ports.channel.onmessage = onMessage;
      if (ports.visible()) active();
      check();
    },
    stop() {
      if (!running) return;
      running.abort();
      running = null;
      if (ports.channel) ports.channel.onmessage = null;
      cancelCheck?.();
      events.watch();
    },
    now: clock.now,
    active: () => active(),
    ...createSessionActions(ports, store, activity, refresher, proofs, api, options),
    staySignedIn() {
      active();
      return refresher.refresh(activity.unreported);
    },
    dismissWarning: store.dismiss,
    leave: store.leave,
  };
}
