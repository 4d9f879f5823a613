import type { Api } from "../api/api.js";
import type { ActivityLog } from "./activity-log.js";
import { underAuthLock } from "./auth-lock.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionBook } from "./session-book.js";
import { createRetries, type Retries, type Trouble } from "./trouble.js";
import { verdictOf } from "./verdict.js";

/** At most one refresh a minute for activity alone. */
export const ACTIVITY_MS = 60_000;

/** After an answer, that long until the next attempt that nothing but a deadline or a clock asks for. */
const PAUSE_MS = 1_000;

/** Refreshes: one at a time in this tab, and one tab at a time. */
export interface Renewal {
  /**
   * Refreshes if `wanted` still says so once this tab has its turn; then it may have been done by another.
   *
   * Throws `CurfewProblem`.
   */
  renew(wanted: () => boolean): Promise<void>;
  /** Sees to it that there is a token that is young enough. */
  freshToken(): Promise<void>;
  /** Sees to it that there is another token than this one. */
  otherToken(refused: string): Promise<void>;
  /** A grant has come, `ageMs` ago. */
  renewed(ageMs?: number): void;
  /** How long until activity that the server does not know of is due to be told; endless where there is none. */
  dueInMs(): number;
  isBusy(): boolean;
  /** The server takes no proof of this browser's key. */
  unproven(): boolean;
  retries: Retries;
}

/**
 * @param api whose calls are sent as they are, with nothing renewed
 * @param changed called after each attempt
 */
export function createRenewal(
  ports: Ports,
  clock: ServerClock,
  book: SessionBook,
  activity: ActivityLog,
  trouble: Trouble,
  api: Api,
  changed: () => void,
): Renewal {
  const { monotonic, wall } = ports.clock;
  const retries = createRetries(ports);
  let pending: Promise<void> | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let isUnproven = false;
  let asksForFirstRun = !book.knowsSomebody();

  const renewed = (ageMs = 0): void => {
    lastAt = monotonic() - ageMs;
    isUnproven = false;
    retries.restart(PAUSE_MS);
    trouble.over();
  };

  const failed = (problem: unknown, id: string | undefined): void => {
    const verdict = verdictOf(problem);
    retries.failed(problem);
    if (verdict.kind === "trouble") trouble.met();
    else if (verdict.kind === "ended") book.ended(id, verdict.end);
    else if (verdict.kind === "token_refused" || id === undefined) book.ended(id, null);
    else isUnproven = verdict.kind === "unproven";
  };

  const attempt = async (task: () => Promise<void>): Promise<void> => {
    const id = book.live()?.session.id;
    try {
      await task();
    } catch (problem) {
      const live = book.live();
      // A verdict on a session that another has taken the place of says nothing.
      if (live && live.session.id !== id) return;
      failed(problem, id);
      throw problem;
    }
  };

  /** On a machine that nobody ever used, asking for a session would only be refused. */
  const askForFirstRun = async (): Promise<void> => {
    const { first_run } = await api.config();
    asksForFirstRun = false;
    if (first_run) book.ended(undefined, null);
  };

  const refresh = async (): Promise<void> => {
    const asked = wall();
    const touchedAt = monotonic() - activity.agoMs();
    const grant = await api.refresh({ idle_for_seconds: activity.idleSeconds() });
    const touchedAgoMs = monotonic() - touchedAt;
    activity.reported(touchedAgoMs);
    renewed();
    book.grant(grant, asked, touchedAgoMs);
  };

  const run = async (wanted: () => boolean): Promise<void> => {
    try {
      if (asksForFirstRun && !book.live() && !book.out()) await attempt(askForFirstRun);
      await underAuthLock(ports, () =>
        attempt(async () => {
          if (wanted()) await refresh();
        }),
      );
    } finally {
      pending = null;
      changed();
    }
  };

  const renew = (wanted: () => boolean): Promise<void> => {
    if (pending) return pending.then(() => renew(wanted));
    if (!wanted()) return Promise.resolve();
    pending = run(wanted);
    return pending;
  };

  return {
    renew,
    freshToken: () => renew(() => !book.out() && !(clock.now() < (book.live()?.tokenUntil ?? 0))),
    otherToken: (refused) => renew(() => book.live()?.token === refused),
    renewed,
    dueInMs: () =>
      activity.unreported() ? Math.max(0, lastAt + ACTIVITY_MS - monotonic()) : Number.POSITIVE_INFINITY,
    isBusy: () => pending !== null,
    unproven: () => isUnproven,
    retries,
  };
}
