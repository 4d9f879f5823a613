import type { Grant } from "../api/contract.js";
import type { Api } from "../api/operations.js";
import { type CurfewProblem, isProofRefused, sessionEndOf, withoutResponse } from "../api/problem.js";
import type { ActivityLog } from "./activity-log.js";
import { type Backoff, createBackoff } from "./backoff.js";
import {
  ACTIVITY_REFRESH_MS,
  LOCK_FREE_MS,
  LONGEST_RETRY_MS,
  MESSAGE_MS,
  PATIENCE_MS,
  REFRESH_PAUSE_MS,
} from "./durations.js";
import type { Ports } from "./ports.js";
import type { Proofs } from "./proofs.js";
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
  after(PATIENCE_MS, () => waiting.abort());
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
  /**
   * Asks for the session now, whatever this tab knows and whatever comes of a refresh that is under way. After trouble, the
   * monitor asks again.
   *
   * @throws CurfewProblem
   */
  adopt(): Promise<void>;
  /** Applies the grant returned by `call`, which reports all activity up to now. */
  apply(call: () => Promise<Grant>): Promise<Grant>;
  /** A grant was received `ageMs` ago, in any tab; it reported all activity up to `activityAgoMs` ago. */
  granted(ageMs: number, activityAgoMs: number): void;
  /** Milliseconds until unreported activity must be reported; infinite if there is none. */
  dueMs(): number;
  /** Milliseconds until the next automatic attempt; infinite while one is running. */
  waitMs(): number;
}

/**
 * @param api its calls with a proof or without credentials must not refresh the token
 * @param isHost the host's cookie is the credential: with nothing to report, the session is only read
 * @param setReachable called with whether the server could be reached, and if not, whether this browser's storage is why
 * @param onChange called after each attempt
 */
export function createRefresher(
  ports: Ports,
  store: SessionStore,
  activity: ActivityLog,
  proofs: Proofs,
  api: Api,
  isHost: boolean | undefined,
  setReachable: (isReachable: boolean, isLocal?: boolean) => void,
  onChange: () => void,
): Refresher {
  const { monotonic, wall } = ports.clock;
  let pending: Promise<void> | null = null;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  const backoff = createBackoff(ports, LONGEST_RETRY_MS);

  const granted = (ageMs: number, activityAgoMs: number): void => {
    activity.reported(activityAgoMs);
    refreshedAt = monotonic() - ageMs;
    store.needs_sign_in = false;
    backoff.reset(REFRESH_PAUSE_MS);
    setReachable(true);
  };
  const apply = async (call: () => Promise<Grant>): Promise<Grant> => {
    const sentAt = wall();
    const lastActiveAt = monotonic() - activity.idleMs();
    const grant = await call();
    // A proxy may answer 200 with a document of its own.
    if (!(grant.session?.absolute_expires_in_ms >= 0)) throw withoutResponse();
    const activityAgoMs = monotonic() - lastActiveAt;
    granted(0, activityAgoMs);
    store.apply(grant, sentAt, activityAgoMs);
    return grant;
  };

  const refresh = async (isNeeded: () => boolean, isAdopting = false): Promise<void> => {
    // The monitor may have begun another meanwhile.
    while (pending) await (isAdopting ? pending.catch(() => {}) : pending);
    if (!isNeeded()) return;
    const id = store.live?.session.id;
    const onProblem = (problem: CurfewProblem): void => {
      // The session was replaced meanwhile: the problem is about the previous one.
      if (store.live && store.live.session.id !== id) return;
      const { code } = problem;
      const end = sessionEndOf(problem);
      backoff.fail(problem.retryAfterMs);
      if (end || code === "unauthenticated") store.end(id, end);
      else if (!isProofRefused(problem)) {
        store.isStale ||= isAdopting && problem.isTrouble;
        setReachable(false, code === "proof_unavailable");
      } else if (id) store.needs_sign_in = true;
      else store.end(id, null, false, true);
      throw problem;
    };
    let askedAt = 0;
    const attempt = async (): Promise<void> => {
      // A tab that held the lock has sent what it got, and messages may arrive after the lock.
      if (monotonic() - askedAt > LOCK_FREE_MS)
        await new Promise<void>((done) => ports.after(MESSAGE_MS, done));
      const body = { idle_for_seconds: Math.ceil(activity.idleMs() / 1000) };
      // A host's server answers both with the session and the user alone.
      const call = (): Promise<Grant> =>
        isHost && !activity.unreported()
          ? (api("GET /api/auth/session") as Promise<Grant>)
          : api("POST /api/auth/refresh", { body });
      if (isNeeded()) await apply(call).catch(onProblem);
    };
    const cancel = ports.after(PATIENCE_MS, () => setReachable(false));
    pending = proofs
      .prepare("/api/auth/refresh")
      .then(() => {
        askedAt = monotonic();
        return underAuthLock(ports, attempt);
      }, onProblem)
      .finally(() => {
        pending = null;
        cancel();
        onChange();
      });
    await pending;
  };

  return {
    ...backoff,
    refresh,
    adopt() {
      activity.record(0);
      return refresh(() => true, true);
    },
    apply,
    granted,
    dueMs: () =>
      activity.unreported()
        ? Math.max(0, refreshedAt + ACTIVITY_REFRESH_MS - monotonic())
        : Number.POSITIVE_INFINITY,
    waitMs: () => (pending ? Number.POSITIVE_INFINITY : backoff.waitMs()),
  };
}
