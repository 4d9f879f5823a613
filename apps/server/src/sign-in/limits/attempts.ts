import { createHash } from "node:crypto";
import { CurfewError } from "@curfew/core";
import type { FailureCount, FailureCounter } from "./failure-counter.js";
import { createLane, type Lane } from "./lane.js";

/** Whose password is tried, and from where. */
export interface Attempt {
  /** The e-mail as it is compared. */
  readonly emailKey: string;
  readonly network: string;
}

export type AttemptOutcome<T> =
  | { readonly kind: "checked"; readonly value: T }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number };

/** Bounds how often passwords can be guessed (NIST SP 800-63B-4 §3.2.2). */
export interface AttemptLimits {
  /**
   * Runs a check of a password where the limits allow one more failure, and counts it if it failed. While those under
   * way could use up what is left, it waits for one of them to end. A check that throws counts as nothing.
   */
  attempt<T>(
    who: Attempt,
    check: () => Promise<{ readonly passed: boolean; readonly value: T }>,
  ): Promise<AttemptOutcome<T>>;
  /** For how many seconds nobody from a network may try, whoever it is; null where they may. */
  networkBlockedSeconds(network: string): Promise<number | null>;
}

export interface AttemptLimitOptions {
  readonly counter: FailureCounter;
  /** Failures for one e-mail from one network within a window. */
  readonly perEmail: number;
  /** Failures from one network for any e-mail within a window. */
  readonly perNetwork: number;
  /** How many attempts of one network may wait for others to end. */
  readonly waiting: number;
}

/** The limits of the service: how many failures are let through within {@link ATTEMPT_WINDOW_SECONDS}. */
export const ATTEMPT_WINDOW_SECONDS = 15 * 60;
export const ATTEMPT_LIMITS = { perEmail: 10, perNetwork: 100, waiting: 1_000 } as const;

/** Lets every attempt through: for tests and load. */
export const noAttemptLimits: AttemptLimits = {
  attempt: async (_who, check) => ({ kind: "checked", value: (await check()).value }),
  networkBlockedSeconds: async () => null,
};

type Admission = { kind: "admitted" } | { kind: "limited"; retryAfterSeconds: number } | { kind: "wait" };

/**
 * Counts failures and holds attempts to the limits, checking and reserving in one step: any number of attempts at once
 * fail no more often than one after the other, and right passwords are never refused for being many.
 */
export function createAttemptLimits(options: AttemptLimitOptions): AttemptLimits {
  const lanes = new Map<string, { readonly lane: Lane; users: number }>();

  /** A lane is kept while anybody is in it. */
  async function inLane<T>(network: string, work: (lane: Lane) => Promise<T>): Promise<T> {
    const entry = lanes.get(network) ?? { lane: createLane(), users: 0 };
    lanes.set(network, entry);
    entry.users += 1;
    try {
      return await work(entry.lane);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) lanes.delete(network);
    }
  }

  async function admit(lane: Lane, who: Attempt): Promise<Admission> {
    const email = await options.counter.read(emailCounterKey(who));
    const network = await options.counter.read(networkCounterKey(who.network));
    const full = [
      ...(email.failures >= options.perEmail ? [email] : []),
      ...(network.failures >= options.perNetwork ? [network] : []),
    ];
    if (full.length > 0)
      return { kind: "limited", retryAfterSeconds: Math.max(...full.map(secondsUntilReset)) };
    const underWay = lane.underWay(who.emailKey);
    if (
      email.failures + underWay.email >= options.perEmail ||
      network.failures + underWay.network >= options.perNetwork
    )
      return { kind: "wait" };
    lane.begin(who.emailKey);
    return { kind: "admitted" };
  }

  const finish = (lane: Lane, who: Attempt, failed: boolean): Promise<void> =>
    lane.step(async () => {
      try {
        if (!failed) return;
        await options.counter.add(emailCounterKey(who));
        await options.counter.add(networkCounterKey(who.network));
      } finally {
        lane.finish(who.emailKey);
      }
    });

  async function whenAdmitted(lane: Lane, who: Attempt): Promise<Exclude<Admission, { kind: "wait" }>> {
    for (;;) {
      let finished: Promise<void> | undefined;
      const admission = await lane.step(async () => {
        const decided = await admit(lane, who);
        if (decided.kind === "wait") finished = nextFinish(lane, options.waiting);
        return decided;
      });
      if (admission.kind !== "wait") return admission;
      await finished;
    }
  }

  return {
    attempt: (who, check) =>
      inLane(who.network, async (lane) => {
        const admission = await whenAdmitted(lane, who);
        if (admission.kind === "limited") return admission;
        let failed = false;
        try {
          const { passed, value } = await check();
          failed = !passed;
          return { kind: "checked", value };
        } finally {
          await finish(lane, who, failed);
        }
      }),
    async networkBlockedSeconds(network) {
      const count = await options.counter.read(networkCounterKey(network));
      return count.failures >= options.perNetwork ? secondsUntilReset(count) : null;
    },
  };
}

function nextFinish(lane: Lane, most: number): Promise<void> {
  if (lane.waiting >= most) throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
  return lane.nextFinish();
}

const secondsUntilReset = (count: FailureCount): number => Math.max(1, Math.ceil(count.resetsInMs / 1000));

const networkCounterKey = (network: string): string => `network ${network}`;

/** Of one length, however long the e-mail is. */
const emailCounterKey = ({ network, emailKey }: Attempt): string =>
  `email ${createHash("sha256").update(`${network} ${emailKey}`).digest("base64url")}`;
