import { RateLimiterMemory } from "rate-limiter-flexible";

/** Failures within the open window of a key. */
export interface FailureCount {
  readonly failures: number;
  /** Milliseconds until the window closes and the count returns to zero; 0 if no window is open. */
  readonly resetsInMs: number;
}

export const NO_FAILURES: FailureCount = { failures: 0, resetsInMs: 0 };

/** Maximum number of failures within a window. */
export interface Allowance {
  /** For one e-mail from one network. */
  readonly perEmail: number;
  /** From one network, for all e-mails. */
  readonly perNetwork: number;
}

/** An attempt that ended: the id it was admitted with, its e-mail's hash, and whether the password was wrong. */
export interface FinishedAttempt {
  readonly attemptId: string;
  readonly emailHash: string;
  readonly failed: boolean;
}

/** What one process reports and requests for one network in one step. */
export interface AttemptBatch {
  readonly networkHash: string;
  readonly finished: readonly FinishedAttempt[];
  /** The e-mail hash of each attempt that requests admission, oldest first. */
  readonly requests: readonly string[];
}

export type Admission =
  /** Counts as in flight until it is reported as finished. */
  | { readonly kind: "admitted"; readonly attemptId: string }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** The attempts in flight could use up the allowance if they all failed. */
  | { readonly kind: "wait" };

export interface BatchResult {
  /** For each finished attempt, whether it was still in flight. If not, its slot was reused and its result must be dropped. */
  readonly wereInFlight: readonly boolean[];
  /** For each request, in the order of the batch. */
  readonly admissions: readonly Admission[];
}

/** Stores failures and attempts in flight. Replicas share one store in their database. */
export interface AttemptStore {
  /**
   * Records the finished attempts, then decides on the requests, in one atomic step. A process runs one batch per network
   * at a time. Throws `unavailable` if it is unknown whether the batch was recorded.
   */
  applyBatch(batch: AttemptBatch): Promise<BatchResult>;
  /** Milliseconds until a network that used up its failures may try again; null if it may now. Throws `unavailable`. */
  networkBlockedMs(networkHash: string): Promise<number | null>;
  /** Interval for repeating waiting requests, since attempts finish in other processes too; null if there are none. */
  readonly pollIntervalMs: number | null;
}

/** State of one network at one moment. */
export interface NetworkState {
  readonly network: FailureCount;
  /** By e-mail hash; an e-mail without failures has no entry. */
  readonly emails: ReadonlyMap<string, FailureCount>;
  /** The e-mail hash of each attempt in flight. */
  readonly inFlight: readonly string[];
}

export type AdmissionDecision =
  | { readonly kind: "admitted" }
  | Extract<Admission, { readonly kind: "limited" | "wait" }>;

/**
 * Decides on requests in order; an admitted one counts as in flight for those after it. An admitted attempt may fail without
 * exceeding the allowance even if every attempt in flight fails. An attempt is limited by counted failures alone, never by
 * attempts in flight.
 *
 * @param requests e-mail hashes
 */
export function decideAdmissions(
  allowance: Allowance,
  state: NetworkState,
  requests: readonly string[],
): AdmissionDecision[] {
  const inFlightByEmail = new Map<string, number>();
  const addInFlight = (email: string): void =>
    void inFlightByEmail.set(email, (inFlightByEmail.get(email) ?? 0) + 1);
  for (const email of state.inFlight) addInFlight(email);
  let inFlight = state.inFlight.length;

  return requests.map((emailHash) => {
    const email = state.emails.get(emailHash) ?? NO_FAILURES;
    const exhausted = [
      ...(email.failures >= allowance.perEmail ? [email] : []),
      ...(isNetworkBlocked(allowance, state.network) ? [state.network] : []),
    ];
    if (exhausted.length > 0)
      return { kind: "limited", retryAfterMs: Math.max(...exhausted.map((count) => count.resetsInMs)) };
    const couldExceed =
      email.failures + (inFlightByEmail.get(emailHash) ?? 0) >= allowance.perEmail ||
      state.network.failures + inFlight >= allowance.perNetwork;
    if (couldExceed) return { kind: "wait" };
    addInFlight(emailHash);
    inFlight += 1;
    return { kind: "admitted" };
  });
}

/** Whether a network has used up its failures. */
export const isNetworkBlocked = (allowance: Pick<Allowance, "perNetwork">, network: FailureCount): boolean =>
  network.failures >= allowance.perNetwork;

/** Counts failures by key, in windows. */
export interface FailureCounter {
  read(key: string): Promise<FailureCount>;
  /** Adds one failure; the first failure of a key opens its window. */
  add(key: string): Promise<void>;
}

/**
 * Counts failures in memory. A key is dropped when its window closes, and each failure costs a password check, so memory is
 * bounded by the checks possible within one window.
 */
export function createMemoryFailureCounter(windowSeconds: number): FailureCounter {
  const limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowSeconds });
  return {
    async read(key) {
      const record = await limiter.get(key);
      return record === null || record.msBeforeNext <= 0
        ? NO_FAILURES
        : { failures: record.consumedPoints, resetsInMs: record.msBeforeNext };
    },
    async add(key) {
      await limiter.penalty(key);
    },
  };
}

/** Stores attempts in memory, for a database that no other process uses. */
export function createMemoryAttemptStore({
  counter,
  ...allowance
}: Allowance & { readonly counter: FailureCounter }): AttemptStore {
  /** The e-mail hash of each attempt in flight, by network hash and attempt id. */
  const inFlight = new Map<string, Map<string, string>>();
  let lastId = 0;

  const remove = (networkHash: string, attemptId: string): boolean => {
    const attempts = inFlight.get(networkHash);
    const wasInFlight = attempts?.delete(attemptId) ?? false;
    if (attempts?.size === 0) inFlight.delete(networkHash);
    return wasInFlight;
  };
  const add = (networkHash: string, emailHash: string): string => {
    const attempts = inFlight.get(networkHash) ?? new Map<string, string>();
    inFlight.set(networkHash, attempts);
    lastId += 1;
    const attemptId = String(lastId);
    attempts.set(attemptId, emailHash);
    return attemptId;
  };

  return {
    pollIntervalMs: null,
    async applyBatch({ networkHash, finished, requests }) {
      const wereInFlight = finished.map(({ attemptId }) => remove(networkHash, attemptId));
      for (const { emailHash, failed } of finished) {
        if (!failed) continue;
        await counter.add(emailHash);
        await counter.add(networkHash);
      }
      const emails = new Map<string, FailureCount>();
      for (const emailHash of new Set(requests)) emails.set(emailHash, await counter.read(emailHash));
      const state = {
        network: await counter.read(networkHash),
        emails,
        inFlight: [...(inFlight.get(networkHash)?.values() ?? [])],
      };
      const admissions = decideAdmissions(allowance, state, requests).map((decision, index) =>
        decision.kind === "admitted"
          ? { ...decision, attemptId: add(networkHash, requests[index] ?? "") }
          : decision,
      );
      return { wereInFlight, admissions };
    },
    async networkBlockedMs(networkHash) {
      const count = await counter.read(networkHash);
      return isNetworkBlocked(allowance, count) ? count.resetsInMs : null;
    },
  };
}
