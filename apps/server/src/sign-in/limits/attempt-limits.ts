import { createHash } from "node:crypto";
import { CurfewError, type Scheduler, systemScheduler } from "@curfew/core";
import type { SqlDatabase } from "@curfew/sql";
import { type AttemptStore, createMemoryAttemptStore, createMemoryFailureCounter } from "./attempt-store.js";
import { createNetworkQueue, type NetworkQueue } from "./network-queue.js";
import { createSqlAttemptStore } from "./sql-attempt-store.js";

/** An attempt to guess a password: for which e-mail and from which network. */
export interface Attempt {
  /** The e-mail in the form of `emailKeyOf`. */
  readonly emailKey: string;
  /** The network in the form of `networkOf`. */
  readonly network: string;
}

export type AttemptOutcome<T> =
  | { readonly kind: "checked"; readonly value: T }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

/** Bounds how often passwords can be guessed (NIST SP 800-63B-4 §3.2.2). */
export interface AttemptLimits {
  /**
   * Runs a password check if the limits allow one more failure, and counts it if it fails. While the attempts in flight could
   * use up the allowance, it waits for one of them to finish. A check that throws counts as neither.
   *
   * Throws `unavailable` if too many attempts wait, if the database can't answer, and if the check took so long that it no
   * longer counted: its result is then dropped.
   */
  attempt<T>(
    attempt: Attempt,
    check: () => Promise<{ readonly passed: boolean; readonly value: T }>,
  ): Promise<AttemptOutcome<T>>;
  /** Seconds until a network that used up its failures may try again; null if it may now. Throws `unavailable`. */
  networkBlockedSeconds(network: string): Promise<number | null>;
}

/** Maximum number of failures within {@link ATTEMPT_WINDOW_SECONDS}. */
export const ATTEMPT_ALLOWANCE = { perEmail: 10, perNetwork: 100 } as const;
const ATTEMPT_WINDOW_SECONDS = 15 * 60;
/** Maximum number of attempts of one network that wait in one process. */
const MAX_WAITING = 1_000;

/**
 * Creates the limits on sign-in attempts: in memory for the embedded database, which only this process uses, and in the
 * database where replicas share it.
 *
 * @param database migrated by `migrateService`
 * @param options.rateLimit false turns the limits off
 */
export function createSignInLimits(
  database: SqlDatabase,
  options: { readonly rateLimit: boolean },
): AttemptLimits {
  return options.rateLimit
    ? createAttemptLimits({ store: createStore(database), maxWaiting: MAX_WAITING })
    : noAttemptLimits;
}

const createStore = (database: SqlDatabase): AttemptStore =>
  database.dialect.name === "sqlite"
    ? createMemoryAttemptStore({
        counter: createMemoryFailureCounter(ATTEMPT_WINDOW_SECONDS),
        ...ATTEMPT_ALLOWANCE,
      })
    : createSqlAttemptStore(database, { windowSeconds: ATTEMPT_WINDOW_SECONDS, ...ATTEMPT_ALLOWANCE });

/** Admits every attempt, for tests and load tests. */
export const noAttemptLimits: AttemptLimits = {
  attempt: async (_attempt, check) => ({ kind: "checked", value: (await check()).value }),
  networkBlockedSeconds: async () => null,
};

export interface AttemptLimitOptions {
  readonly store: AttemptStore;
  /** Maximum number of attempts of one network that wait in this process for others to finish. */
  readonly maxWaiting: number;
  /** Default: Node's timers. */
  readonly scheduler?: Scheduler;
}

/**
 * Creates limits that check and reserve in one step: any number of concurrent attempts, in any number of processes that share
 * a store, fail no more often than sequential ones, and correct passwords are never refused for being many.
 */
export function createAttemptLimits(options: AttemptLimitOptions): AttemptLimits {
  const { store, scheduler = systemScheduler } = options;
  const queues = new Map<string, { readonly queue: NetworkQueue; users: number }>();

  /** Keeps the queue of a network for as long as an attempt uses it. */
  async function withQueue<T>(networkHash: string, work: (queue: NetworkQueue) => Promise<T>): Promise<T> {
    const entry = queues.get(networkHash) ?? {
      queue: createNetworkQueue(networkHash, { ...options, scheduler }),
      users: 0,
    };
    queues.set(networkHash, entry);
    entry.users += 1;
    try {
      return await work(entry.queue);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) queues.delete(networkHash);
    }
  }

  return {
    attempt: (attempt, check) =>
      withQueue(hashNetwork(attempt.network), async (queue) => {
        const emailHash = hashEmail(attempt);
        const admission = await queue.requestAdmission(emailHash);
        if (admission.kind === "limited")
          return { kind: "limited", retryAfterSeconds: inSeconds(admission.retryAfterMs) };
        const finish = (failed: boolean): Promise<boolean> =>
          queue.finish({ attemptId: admission.attemptId, emailHash, failed });
        let checked: Awaited<ReturnType<typeof check>>;
        try {
          checked = await check();
        } catch (error) {
          await finish(false);
          throw error;
        }
        if (!(await finish(!checked.passed))) throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
        return { kind: "checked", value: checked.value };
      }),
    async networkBlockedSeconds(network) {
      const blockedMs = await store.networkBlockedMs(hashNetwork(network));
      return blockedMs === null ? null : inSeconds(blockedMs);
    },
  };
}

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** The key that a network's failures are counted under. */
export const hashNetwork = (network: string): string => digest(`network ${network}`);

/** The key that the failures of one e-mail from one network are counted under. */
const hashEmail = ({ network, emailKey }: Attempt): string => digest(`email ${network} ${emailKey}`);

/** A hash has a fixed length, however long the e-mail. A network contains no space, so the parts stay unambiguous. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
