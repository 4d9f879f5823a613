import type { Grant } from "../api/contract.js";
import type { Api } from "../api/operations.js";
import type { CurfewProblem } from "../api/problem.js";
import type { ActivityLog } from "./activity-log.js";
import { underAuthLock } from "./auth-lock.js";
import { ACTIVITY_MS, PAUSE_MS } from "./durations.js";
import type { Ports } from "./ports.js";
import { createRetry, type Retry } from "./retry.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionBook } from "./session-book.js";
import { endOf, isProofRefused } from "./verdict.js";

/** Refreshes: one at a time in this tab, and one tab at a time. */
export interface Renewal extends Pick<Retry, "isFailing" | "hurry"> {
  /**
   * Refreshes if `wanted` still says so once this tab has its turn; then it may have been done by another.
   *
   * Throws `CurfewProblem`.
   */
  renew(wanted: () => boolean): Promise<void>;
  /** Sees to it that there is a token that is young enough. */
  freshToken(): Promise<void>;
  /** Sees to it that there is another token than this one. */
  otherToken(refused: string | undefined): Promise<void>;
  /** Takes what `call` is granted, which tells the server of all activity up to now. */
  taking(call: () => Promise<Grant>): Promise<Grant>;
  /** A grant has come, `ageMs` ago. */
  renewed(ageMs: number): void;
  /** How long until activity that the server does not know of is due to be told; endless where there is none. */
  dueInMs(): number;
  /** The server takes no proof of this browser's key. */
  isUnproven(): boolean;
  /** How long until the next attempt may begin by itself; endless while one is under way. */
  waitMs(): number;
}

/**
 * Makes the refreshes of one tab.
 *
 * @param api whose calls that take a proof, or nothing, are sent as they are, with nothing renewed
 * @param reached called with whether the server could be reached
 * @param changed called after each attempt
 */
export function createRenewal(
  ports: Ports,
  clock: ServerClock,
  book: SessionBook,
  activity: ActivityLog,
  api: Api,
  reached: (isReached: boolean) => void,
  changed: () => void,
): Renewal {
  const { monotonic, wall } = ports.clock;
  let pending: Promise<void> | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let isUnproven = false;
  const retry = createRetry(ports);

  const renewed = (ageMs: number): void => {
    lastAt = monotonic() - ageMs;
    isUnproven = false;
    retry.pause(PAUSE_MS);
    reached(true);
  };
  const taking = async (call: () => Promise<Grant>): Promise<Grant> => {
    const asked = wall();
    const touchedAt = monotonic() - activity.agoMs();
    const grant = await call();
    const agoMs = monotonic() - touchedAt;
    activity.reported(agoMs);
    renewed(0);
    book.take(grant, asked, agoMs);
    return grant;
  };

  const attempt = async (task: () => Promise<void>): Promise<void> => {
    const id = book.live?.session.id;
    try {
      await task();
    } catch (error) {
      // A verdict on a session that another has taken the place of says nothing.
      if (book.live && book.live.session.id !== id) return;
      const problem = error as CurfewProblem;
      const end = endOf(problem);
      retry.failed(problem.retryAfterMs);
      if (problem.isTrouble) reached(false);
      else if (end || problem.code === "unauthenticated" || !id) book.ended(id, end);
      else isUnproven = isProofRefused(problem);
      throw problem;
    }
  };

  const run = async (wanted: () => boolean): Promise<void> => {
    try {
      await underAuthLock(ports, () =>
        attempt(async () => {
          // Where nobody ever signed in, asking for a session would only be refused.
          const isFirst = !book.knowsSomebody && !book.live && !book.out;
          if (isFirst && (await api("GET /api/config")).first_run) book.ended(undefined, null);
          const body = { idle_for_seconds: Math.ceil(activity.agoMs() / 1000) };
          if (wanted()) await taking(() => api("POST /api/auth/refresh", { body }));
        }),
      );
    } finally {
      pending = null;
      changed();
    }
  };

  const renew = async (wanted: () => boolean): Promise<void> => {
    while (pending) await pending;
    if (!wanted()) return;
    pending = run(wanted);
    await pending;
  };

  return {
    ...retry,
    renew,
    freshToken: () => renew(() => !book.out && clock.latest() >= (book.live?.tokenUntil ?? 0)),
    otherToken: (refused) => renew(() => book.live?.token === refused),
    taking,
    renewed,
    dueInMs: () =>
      activity.unreported() ? Math.max(0, lastAt + ACTIVITY_MS - monotonic()) : Number.POSITIVE_INFINITY,
    isUnproven: () => isUnproven,
    waitMs: () => (pending ? Number.POSITIVE_INFINITY : retry.waitMs()),
  };
}
