import { CurfewError, type Scheduler, systemScheduler } from "@curfew/core";
import type { AttemptBook } from "./attempt-book.js";
import { type Attempt, attemptKey, networkKey } from "./keys.js";
import { createTurns, type Turns } from "./turns.js";

export type AttemptOutcome<T> =
  | { readonly kind: "checked"; readonly value: T }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

/** Bounds how often passwords can be guessed (NIST SP 800-63B-4 §3.2.2). */
export interface AttemptLimits {
  /**
   * Runs a check of a password where the limits allow one more failure, and counts it if it failed. While those under
   * way could use up what is left, it waits for one of them to end. A check that throws counts as nothing.
   * Throws `unavailable` where too many wait, where the database can't answer, and where the check took so long that it
   * counted no longer: then nobody learns what it found.
   */
  attempt<T>(
    who: Attempt,
    check: () => Promise<{ readonly passed: boolean; readonly value: T }>,
  ): Promise<AttemptOutcome<T>>;
  /** For how many seconds nobody from a network may try, whoever it is; null where they may. Throws `unavailable`. */
  networkBlockedSeconds(network: string): Promise<number | null>;
}

export interface AttemptLimitOptions {
  readonly book: AttemptBook;
  /** How many attempts of one network may wait in this process for others to end. */
  readonly waiting: number;
  /** Node's timers unless told. */
  readonly scheduler?: Scheduler;
}

/** Lets every attempt through: for tests and load. */
export const noAttemptLimits: AttemptLimits = {
  attempt: async (_who, check) => ({ kind: "checked", value: (await check()).value }),
  networkBlockedSeconds: async () => null,
};

/**
 * Counts failures and holds attempts to the limits, checking and reserving in one step: any number of attempts at once, in
 * any number of processes that share a book, fail no more often than one after the other, and right passwords are never
 * refused for being many.
 */
export function createAttemptLimits(options: AttemptLimitOptions): AttemptLimits {
  const { book, scheduler = systemScheduler } = options;
  const networks = new Map<string, { readonly turns: Turns; users: number }>();

  /** A network's turns are kept while anybody is in them. */
  async function inTurns<T>(network: string, work: (turns: Turns) => Promise<T>): Promise<T> {
    const entry = networks.get(network) ?? {
      turns: createTurns(network, { ...options, scheduler }),
      users: 0,
    };
    networks.set(network, entry);
    entry.users += 1;
    try {
      return await work(entry.turns);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) networks.delete(network);
    }
  }

  return {
    attempt: (who, check) =>
      inTurns(networkKey(who.network), async (turns) => {
        const email = attemptKey(who);
        const admission = await turns.ask(email);
        if (admission.kind === "limited")
          return { kind: "limited", retryAfterSeconds: inSeconds(admission.retryAfterMs) };
        const end = (failed: boolean): Promise<boolean> =>
          turns.end({ ticket: admission.ticket, email, failed });
        let checked: Awaited<ReturnType<typeof check>>;
        try {
          checked = await check();
        } catch (error) {
          await end(false);
          throw error;
        }
        if (!(await end(!checked.passed))) throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
        return { kind: "checked", value: checked.value };
      }),
    async networkBlockedSeconds(network) {
      const blockedMs = await book.blockedForMs(networkKey(network));
      return blockedMs === null ? null : inSeconds(blockedMs);
    },
  };
}

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
