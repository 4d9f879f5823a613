import { clock, type Gather, lastly, type SqlDatabase, together, type Unit } from "@curfew/sql";
import {
  type AdmissionDecision,
  type Allowance,
  type AttemptKeys,
  type AttemptRequest,
  type AttemptState,
  decideAdmissions,
  type FailureCounts,
} from "./admission.js";
import { attemptStatements } from "./attempt-statements.js";

/** An attempt that ended. */
export interface FinishedAttempt {
  /** The id that it was admitted with. */
  readonly attemptId: string;
  readonly keys: AttemptKeys;
  /** `withdrawn`: nothing was checked. */
  readonly outcome: "passed" | "failed" | "withdrawn";
  /** Runs in the transaction that counts the failure. */
  readonly onFailure?: () => Unit<void>;
}

/** What one process reports and requests in one step. */
export interface AttemptBatch {
  readonly finished: readonly FinishedAttempt[];
  /** Oldest first. */
  readonly requests: readonly AttemptRequest[];
}

export type Admission =
  /** Counts as in flight until it is reported as finished. */
  | { readonly kind: "admitted"; readonly attemptId: string }
  | Exclude<AdmissionDecision, { readonly kind: "admitted" }>;

export interface BatchResult {
  /** For each finished attempt, whether it was still in flight. If not, its slot was reused and its result must be dropped. */
  readonly wereInFlight: readonly boolean[];
  /** For each request, in the order of the batch. */
  readonly admissions: readonly Admission[];
}

/** Stores failures and attempts in flight in the database, which replicas share. */
export interface AttemptStore {
  readonly allowance: Allowance;
  /**
   * Records the finished attempts, then decides on the requests, in one atomic step. Throws `unavailable` if it is unknown
   * whether the batch was recorded.
   */
  applyBatch(batch: AttemptBatch): Promise<BatchResult>;
  /** Reads the failures of some keys, as one request of a larger read. */
  counts(keys: readonly string[]): Unit<FailureCounts>;
  /** Reads the failures of some keys. Throws `unavailable`. */
  readCounts(keys: readonly string[]): Promise<FailureCounts>;
  /** Statements that forget the failures of some keys. */
  forgetting(keys: readonly string[]): Unit<void>;
  /** Interval for repeating waiting requests, since attempts finish in other processes too. */
  readonly pollIntervalMs: number;
}

const POLL_INTERVAL_MS = 100;

/** A check takes a few seconds at most (see `MAX_WAITING_HASHES`). The attempt of a replica that died expires after this time. */
const IN_FLIGHT_MS = 30_000;

const DAY_MS = 24 * 60 * 60 * 1000;

export interface AttemptStoreOptions {
  readonly allowance: Allowance;
  /** How long failures count, from the first one on; those of an e-mail from anywhere refuse as long after the last one. */
  readonly windowSeconds: number;
  /** How long the failures of an e-mail from anywhere are remembered, from the last one on. */
  readonly rememberedDays: number;
}

/** Creates the store. A batch is one transaction under locks on what counts its attempts; all times are the database's. */
export function createAttemptStore(database: SqlDatabase, options: AttemptStoreOptions): AttemptStore {
  const { allowance } = options;
  const windowMs = options.windowSeconds * 1000;
  const rememberedMs = options.rememberedDays * DAY_MS;
  const statements = attemptStatements(database, windowMs);

  /** Locks what counts the attempts of a batch, reads the clock under the locks, and takes back the attempts that are finished. */
  const begin = ({ finished, requests }: AttemptBatch, gather: Gather) => {
    const passed = finished.filter(({ outcome }) => outcome === "passed");
    return gather(
      statements.lockKeys([...finished.map(({ keys }) => keys), ...requests]),
      // Read under the locks, so that times have the order of effects.
      clock(),
      statements.forgetPassed(passed),
      statements.removeAttempts(finished),
    );
  };

  function* recordFailures(failed: readonly FinishedAttempt[], now: number): Unit<void> {
    yield* statements.addFailures(failed, { now, windowMs, rememberedMs });
    for (const { onFailure } of failed) if (onFailure !== undefined) yield* onFailure();
    // A failure adds at most four rows. Deleting more than that keeps the tables from growing.
    yield* statements.deleteExpired(now, failed.length * 4 + 10);
  }

  function* admit(
    requests: readonly AttemptRequest[],
    state: AttemptState,
    now: number,
  ): Unit<readonly Admission[]> {
    const admissions = decideAdmissions(allowance, state, requests).map(
      (decision): Admission =>
        decision.kind === "admitted" ? { ...decision, attemptId: database.newId(now) } : decision,
    );
    const admitted = admissions.flatMap((admission, index) => {
      const keys = requests[index];
      return admission.kind === "admitted" && keys !== undefined
        ? [{ attemptId: admission.attemptId, keys }]
        : [];
    });
    yield* lastly(statements.addAttempts(admitted, now + IN_FLIGHT_MS));
    return admissions;
  }

  function* applyBatch(batch: AttemptBatch): Unit<BatchResult> {
    const { finished, requests } = batch;
    const wereInFlight = (removed: ReadonlySet<string>) =>
      finished.map(({ attemptId }) => removed.has(attemptId));
    if (finished.every(({ outcome }) => outcome !== "failed")) {
      if (requests.length === 0) {
        const [, , , removed] = yield* begin(batch, lastly);
        return { wereInFlight: wereInFlight(removed), admissions: [] };
      }
      const [[, now, , removed], state] = yield* together(
        begin(batch, together),
        statements.readState(requests),
      );
      return { wereInFlight: wereInFlight(removed), admissions: yield* admit(requests, state, now) };
    }
    const [, now, , removed] = yield* begin(batch, together);
    const failed = finished.filter(
      ({ attemptId, outcome }) => outcome === "failed" && removed.has(attemptId),
    );
    if (failed.length > 0) yield* recordFailures(failed, now);
    if (requests.length === 0) return { wereInFlight: wereInFlight(removed), admissions: [] };
    const state = yield* statements.readState(requests);
    return { wereInFlight: wereInFlight(removed), admissions: yield* admit(requests, state, now) };
  }

  return {
    allowance,
    pollIntervalMs: POLL_INTERVAL_MS,
    applyBatch: (batch) => database.write(() => applyBatch(batch)),
    counts: (keys) => statements.readCounts(keys),
    readCounts: (keys) => database.read(() => statements.readCounts(keys), { single: true }),
    forgetting: (keys) => statements.forget(keys),
  };
}
