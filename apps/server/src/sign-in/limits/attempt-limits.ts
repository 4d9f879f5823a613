import { CurfewError, type Scheduler, siteOf, systemScheduler } from "@curfew/core";
import type { SqlDatabase, Unit } from "@curfew/sql";
import { hashOf } from "../../database/hash-of.js";
import {
  type Allowance,
  type AttemptKeys,
  blockedMsOf,
  type FailureCounts,
  inSeconds,
  keysIn,
  limitingKeys,
  NO_FAILURES,
} from "./admission.js";
import { createAttemptQueue } from "./attempt-queue.js";
import { type AttemptStore, createAttemptStore } from "./attempt-store.js";

/** An attempt to guess a password: for which e-mail and from which network. */
export interface Attempt {
  /** The e-mail in the form of `addressKeyOf`. */
  readonly addressKey: string;
  /** The network in the form of `networkOf`. */
  readonly network: string;
  /** The user with this e-mail signed in or refreshed from here within 90 days. See `KnownPlaces`. */
  readonly isKnownPlace: boolean;
}

export interface CountedAttempt extends Attempt {
  /** What `counts` has read. If it is absent, it is read now. */
  readonly counts?: FailureCounts;
}

export type AttemptOutcome<T> =
  | { readonly kind: "checked"; readonly value: T }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

export interface CheckedAttempt<T> {
  readonly passed: boolean;
  readonly value: T;
  /** Statements for the transaction that counts the attempt if it failed. */
  readonly onFailure?: () => Unit<void>;
}

/** Bounds how often passwords can be guessed (NIST SP 800-63B-4 §3.2.2). */
export interface AttemptLimits {
  /**
   * Runs a password check if the limits allow one more failure, and counts it if it fails; if it passes, the failures of its
   * e-mail, from this network and from anywhere, are forgotten. While the attempts in flight could use up an allowance, it waits
   * for one of them to finish. A check that throws counts as neither.
   *
   * Throws `unavailable` if too many attempts wait, if the database can't answer, and if the check took so long that it no
   * longer counted: its result is then dropped.
   */
  attempt<T>(attempt: CountedAttempt, check: () => Promise<CheckedAttempt<T>>): Promise<AttemptOutcome<T>>;
  /** Reads the counts of an attempt, as one request of a larger read. */
  counts(attempt: Pick<Attempt, "addressKey" | "network">): Unit<FailureCounts>;
  /** Seconds until a network that used up its failures may try again; null if it may now. Throws `unavailable`. */
  networkBlockedSeconds(network: string): Promise<number | null>;
  /**
   * Statements that forget the failures of an e-mail, for the transaction in which its owner proved it in another way or is
   * deleted: those from anywhere, and those from some networks.
   */
  forgetting(failures: { readonly addressKey: string; readonly networks: readonly string[] }): Unit<void>;
  /** Reads how many sign-ins failed for an e-mail from anywhere since the last one, as far as they are remembered. */
  failuresOf(addressKey: string): Unit<number>;
}

/** Maximum number of failures within {@link ATTEMPT_WINDOW_SECONDS}; of an e-mail from anywhere, since its last sign-in. */
export const ATTEMPT_ALLOWANCE: Allowance = { email: 10, network: 100, site: 1_000, anywhere: 100 };
const ATTEMPT_WINDOW_SECONDS = 15 * 60;
const REMEMBERED_DAYS = 30;
/** Maximum number of attempts of one network that wait in one process. */
const MAX_WAITING = 1_000;

/**
 * Creates the limits on sign-in attempts, which are counted in the database.
 *
 * @param database migrated by `migrateService`
 * @param options.rateLimit false turns the limits off
 */
export function createSignInLimits(
  database: SqlDatabase,
  options: { readonly rateLimit: boolean },
): AttemptLimits {
  if (!options.rateLimit) return createNoAttemptLimits(database);
  const store = createAttemptStore(database, {
    allowance: ATTEMPT_ALLOWANCE,
    windowSeconds: ATTEMPT_WINDOW_SECONDS,
    rememberedDays: REMEMBERED_DAYS,
  });
  return createAttemptLimits({ store, maxWaiting: MAX_WAITING });
}

/** Admits every attempt, for tests and load tests. */
export const createNoAttemptLimits = (database: SqlDatabase): AttemptLimits => ({
  async attempt(_attempt, check) {
    const { passed, value, onFailure } = await check();
    if (!passed && onFailure !== undefined) await database.write(onFailure);
    return { kind: "checked", value };
  },
  // biome-ignore lint/correctness/useYield: there is nothing to read
  *counts() {
    return new Map();
  },
  networkBlockedSeconds: async () => null,
  *forgetting() {},
  // biome-ignore lint/correctness/useYield: there is nothing to read
  *failuresOf() {
    return 0;
  },
});

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
  const { allowance } = store;
  const queue = createAttemptQueue({ ...options, scheduler });

  /** What most attempts of a flood are refused for, without a write. */
  async function blockedMs(
    limiting: readonly [key: string, most: number][],
    known?: FailureCounts,
  ): Promise<number | null> {
    const counts = known ?? (await store.readCounts(limiting.map(([key]) => key)));
    const blocked = limiting.flatMap(
      ([key, most]) => blockedMsOf(counts.get(key) ?? NO_FAILURES, most) ?? [],
    );
    return blocked.length === 0 ? null : Math.max(...blocked);
  }

  return {
    async attempt(attempt, check) {
      const keys = keysOf(attempt);
      const request = { ...keys, isKnownPlace: attempt.isKnownPlace };
      const blocked = await blockedMs(limitingKeys(allowance, request), attempt.counts);
      if (blocked !== null) return { kind: "limited", retryAfterSeconds: inSeconds(blocked) };
      const admission = await queue.requestAdmission(request);
      if (admission.kind === "limited")
        return { kind: "limited", retryAfterSeconds: inSeconds(admission.retryAfterMs) };
      const { attemptId } = admission;
      let checked: Awaited<ReturnType<typeof check>>;
      try {
        checked = await check();
      } catch (error) {
        await queue.finish({ attemptId, keys, outcome: "withdrawn" });
        throw error;
      }
      const { passed, onFailure } = checked;
      const wasInFlight = await queue.finish({
        attemptId,
        keys,
        outcome: passed ? "passed" : "failed",
        ...(onFailure === undefined ? {} : { onFailure }),
      });
      if (!wasInFlight) throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
      return { kind: "checked", value: checked.value };
    },
    counts: (attempt) => store.counts(keysIn(keysOf(attempt))),
    async networkBlockedSeconds(network) {
      const blocked = await blockedMs([[hashNetwork(network), allowance.network]]);
      return blocked === null ? null : inSeconds(blocked);
    },
    forgetting: ({ addressKey, networks }) =>
      store.forgetting([
        hashAnywhere(addressKey),
        ...networks.map((network) => hashEmail(network, addressKey)),
      ]),
    *failuresOf(addressKey) {
      const key = hashAnywhere(addressKey);
      return (yield* store.counts([key])).get(key)?.failures ?? 0;
    },
  };
}

function keysOf({ addressKey, network }: Pick<Attempt, "addressKey" | "network">): AttemptKeys {
  const site = siteOf(network);
  return {
    email: hashEmail(network, addressKey),
    network: hashNetwork(network),
    site: site === network ? null : hashOf(`site ${site}`),
    anywhere: hashAnywhere(addressKey),
  };
}

/** The key that a network's failures are counted under. */
export const hashNetwork = (network: string): string => hashOf(`network ${network}`);

/** A network contains no space, so the parts stay unambiguous. */
const hashEmail = (network: string, addressKey: string): string => hashOf(`email ${network} ${addressKey}`);

/** The key that the failures of an e-mail from anywhere are counted under. */
export const hashAnywhere = (addressKey: string): string => hashOf(`anywhere ${addressKey}`);
