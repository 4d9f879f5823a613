import type { Grant } from "../api/contract.js";
import type { Api } from "../api/operations.js";
import { type CurfewProblem, isProofRefused, sessionEndOf } from "../api/problem.js";
import type { ActivityLog } from "./activity-log.js";
import { type Backoff, createBackoff } from "./backoff.js";
import { ACTIVITY_REFRESH_MS, CALL_TIMEOUT_MS, REFRESH_PAUSE_MS } from "./durations.js";
import type { Ports } from "./ports.js";
import type { SessionStore } from "./session-store.js";

/**
 * Runs `task`, which sets the refresh cookie, under a lock shared by the tabs. After ten seconds of waiting it takes the lock
 * from its holder, which may hang; the holder's task goes on. The lock only saves requests: for two refreshes at once the
 * server answers one token, at any time if the session is bound and within the rotation grace if not.
 */
export function underAuthLock<T>({ name, locks, after }: Ports, task: () => Promise<T>): Promise<T> {
  let running: Promise<T> | undefined;
  const run = (): Promise<T> => {
    running ??= task();
    return running;
  };
  const waiting = new AbortController();
  after(CALL_TIMEOUT_MS, () => waiting.abort());
  const request = (options: { signal: AbortSignal } | { steal: true }): Promise<T> =>
    locks ? locks.request(`${name}-auth`, options, run) : run();
  return request({ signal: waiting.signal })
    .catch(() => running ?? request({ steal: true }))
    .catch(run);
}

/** Refreshes the session: one request at a time in this tab, and one tab at a time. */
export interface Refresher extends Pick<Backoff, "isFailing" | "retry"> {
  /**
   * Refreshes if `isNeeded` still holds under the lock: another tab may have refreshed meanwhile.
   *
   * @throws CurfewProblem
   */
  refresh(isNeeded: () => boolean): Promise<void>;
  /** Applies the grant returned by `call`, which reports all activity up to now. */
  apply(call: () => Promise<Grant>): Promise<Grant>;
  /** A grant was received `ageMs` ago, in any tab. */
  granted(ageMs: number): void;
  /** Milliseconds until unreported activity must be reported; infinite if there is none. */
  dueMs(): number;
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
  store: SessionStore,
  activity: ActivityLog,
  api: Api,
  setReachable: (isReachable: boolean) => void,
  onChange: () => void,
): Refresher {
  const { monotonic, wall } = ports.clock;
  let pending: Promise<void> | null = null;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  const backoff = createBackoff(ports);

  const granted = (ageMs: number): void => {
    refreshedAt = monotonic() - ageMs;
    store.needs_sign_in = false;
    backoff.reset(REFRESH_PAUSE_MS);
    setReachable(true);
  };
  const apply = async (call: () => Promise<Grant>): Promise<Grant> => {
    const sentAt = wall();
    const lastActiveAt = monotonic() - activity.idleMs();
    const grant = await call();
    const activityAgoMs = monotonic() - lastActiveAt;
    activity.reported(activityAgoMs);
    granted(0);
    store.apply(grant, sentAt, activityAgoMs);
    return grant;
  };

  const attempt = async (isNeeded: () => boolean): Promise<void> => {
    const id = store.live?.session.id;
    try {
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
      else store.needs_sign_in = isProofRefused(problem);
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
    apply,
    granted,
    dueMs: () =>
      activity.unreported()
        ? Math.max(0, refreshedAt + ACTIVITY_REFRESH_MS - monotonic())
        : Number.POSITIVE_INFINITY,
    waitMs: () => (pending ? Number.POSITIVE_INFINITY : backoff.waitMs()),
  };
}
