import type { Grant } from "../api/contract.js";
import type { Api } from "../api/operations.js";
import { type CurfewProblem, isProofRefused, sessionEndOf } from "../api/problem.js";
import type { ActivityLog } from "./activity-log.js";
import { type Backoff, createBackoff } from "./backoff.js";
import { ACTIVITY_REFRESH_MS, LOCK_TIMEOUT_MS, REFRESH_PAUSE_MS } from "./durations.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionStore } from "./session-store.js";

/** Runs `task`, which sets the refresh cookie, under a lock shared by the tabs; without it after ten seconds of waiting. */
export function underAuthLock<T>({ locks, after }: Ports, task: () => Promise<T>): Promise<T> {
  if (!locks) return task();
  const waiting = new AbortController();
  const cancelTimeout = after(LOCK_TIMEOUT_MS, () => waiting.abort());
  let running: Promise<T> | undefined;
  const run = (): Promise<T> => {
    cancelTimeout();
    running ??= task();
    return running;
  };
  return locks.request("curfew-auth", { signal: waiting.signal }, run).catch(run);
}

/** Refreshes the session: one request at a time in this tab, and one tab at a time. */
export interface Refresher extends Pick<Backoff, "isFailing" | "retry"> {
  /**
   * Refreshes if `isNeeded` still holds under the lock: another tab may have refreshed meanwhile.
   *
   * @throws CurfewProblem
   */
  refresh(isNeeded: () => boolean): Promise<void>;
  /** Refreshes if the token is about to expire. */
  ensureToken(): Promise<void>;
  /** Refreshes if `refused` is still the current token. */
  replaceToken(refused: string | undefined): Promise<void>;
  /** Applies the grant returned by `call`, which reports all activity up to now. */
  apply(call: () => Promise<Grant>): Promise<Grant>;
  /** A grant was received `ageMs` ago, in any tab. */
  markRefreshed(ageMs: number): void;
  /** Milliseconds until unreported activity must be reported; infinite if there is none. */
  dueInMs(): number;
  /** Whether the server refuses proofs of this browser's key, so that the user must sign in again. */
  needsSignIn(): boolean;
  /** Milliseconds until the next automatic attempt; infinite while one is running. */
  waitMs(): number;
}

/**
 * @param api its calls with a proof or without credentials must not refresh the token
 * @param setReachable called with whether the server could be reached
 * @param onChange called after each attempt
 */
export function createRefresher(
  ports: Ports,
  clock: ServerClock,
  store: SessionStore,
  activity: ActivityLog,
  api: Api,
  setReachable: (isReachable: boolean) => void,
  onChange: () => void,
): Refresher {
  const { monotonic, wall } = ports.clock;
  let pending: Promise<void> | null = null;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let needsSignIn = false;
  const backoff = createBackoff(ports);

  const markRefreshed = (ageMs: number): void => {
    refreshedAt = monotonic() - ageMs;
    needsSignIn = false;
    backoff.reset(REFRESH_PAUSE_MS);
    setReachable(true);
  };
  const apply = async (call: () => Promise<Grant>): Promise<Grant> => {
    const requestedAt = wall();
    const lastActiveAt = monotonic() - activity.idleMs();
    const grant = await call();
    const activityAgoMs = monotonic() - lastActiveAt;
    activity.markReported(activityAgoMs);
    markRefreshed(0);
    store.apply(grant, requestedAt, activityAgoMs);
    return grant;
  };

  const attempt = async (isNeeded: () => boolean): Promise<void> => {
    const id = store.live?.session.id;
    try {
      // Before the first sign-in a refresh could only be refused.
      const isFirstLoad = !store.hasUser && !store.live && !store.signedOut;
      if (isFirstLoad && (await api("GET /api/config")).first_run) store.end(undefined, null);
      const body = { idle_for_seconds: Math.ceil(activity.idleMs() / 1000) };
      if (isNeeded()) await apply(() => api("POST /api/auth/refresh", { body }));
    } catch (error) {
      // The session was replaced meanwhile: the problem is about the previous one.
      if (store.live && store.live.session.id !== id) return;
      const problem = error as CurfewProblem;
      const end = sessionEndOf(problem);
      backoff.fail(problem.retryAfterMs);
      if (problem.isTrouble) setReachable(false);
      else if (end || problem.code === "unauthenticated" || !id) store.end(id, end);
      else needsSignIn = isProofRefused(problem);
      throw problem;
    }
  };

  const refresh = async (isNeeded: () => boolean): Promise<void> => {
    while (pending) await pending;
    if (!isNeeded()) return;
    pending = underAuthLock(ports, () => attempt(isNeeded)).finally(() => {
      pending = null;
      onChange();
    });
    await pending;
  };

  return {
    ...backoff,
    refresh,
    ensureToken: () => refresh(() => !store.signedOut && clock.latest() >= (store.live?.tokenUntil ?? 0)),
    replaceToken: (refused) => refresh(() => store.live?.token === refused),
    apply,
    markRefreshed,
    dueInMs: () =>
      activity.hasUnreported()
        ? Math.max(0, refreshedAt + ACTIVITY_REFRESH_MS - monotonic())
        : Number.POSITIVE_INFINITY,
    needsSignIn: () => needsSignIn,
    waitMs: () => (pending ? Number.POSITIVE_INFINITY : backoff.waitMs()),
  };
}
