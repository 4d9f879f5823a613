/** What of a session the strip draws; RFC 3339, on the server's clock. */
export interface StripSession {
  readonly started_at: string;
  readonly last_active_at: string;
  readonly idle_expires_at: string;
  readonly absolute_expires_at: string;
}

/** The same in milliseconds since the Unix epoch. */
export interface StripTimes {
  readonly startedMs: number;
  readonly lastActiveMs: number;
  readonly idleMs: number;
  readonly absoluteMs: number;
}

/** Where things stand on the band, in percent of its width. */
export interface Strip {
  readonly now: number;
  /** The idle window: from the last activity to the idle deadline. */
  readonly from: number;
  readonly to: number;
  /** Which deadline comes first; of equal ones it is the absolute one. */
  readonly nearer: "idle" | "absolute";
  /** Until the nearer deadline, in milliseconds; never negative. */
  readonly leftMs: number;
}

export const timesOf = (session: StripSession): StripTimes => ({
  startedMs: Date.parse(session.started_at),
  lastActiveMs: Date.parse(session.last_active_at),
  idleMs: Date.parse(session.idle_expires_at),
  absoluteMs: Date.parse(session.absolute_expires_at),
});

/** The deadline that comes first, milliseconds since the Unix epoch. */
export const nearerMs = ({ idleMs, absoluteMs }: StripTimes): number => Math.min(idleMs, absoluteMs);

/**
 * Lays a session out on a band from its sign-in to its absolute deadline.
 *
 * @param nowMs now on the server's clock, milliseconds since the Unix epoch
 * @example stripOf({ startedMs: 0, lastActiveMs: 50, idleMs: 75, absoluteMs: 100 }, 60).to // 75
 */
export function stripOf(times: StripTimes, nowMs: number): Strip {
  const { startedMs, lastActiveMs, idleMs, absoluteMs } = times;
  const spanMs = Math.max(1, absoluteMs - startedMs);
  const place = (ms: number) => Math.min(100, Math.max(0, (100 * (ms - startedMs)) / spanMs));
  return {
    now: place(nowMs),
    from: place(lastActiveMs),
    to: place(idleMs),
    nearer: idleMs < absoluteMs ? "idle" : "absolute",
    leftMs: Math.max(0, nearerMs(times) - nowMs),
  };
}

/** From here on the notice shows, and the strip takes the notice's tone. */
export const WARNING_MS = 300_000;

/** The tone of a strip: that of the notice which stands beside it; none while there is time. */
export function stripTone({ nearer, leftMs }: Strip): "warning" | "info" | undefined {
  if (leftMs > WARNING_MS) return undefined;
  return nearer === "idle" ? "warning" : "info";
}
