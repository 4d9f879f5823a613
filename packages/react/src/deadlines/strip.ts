import type { Texts } from "../texts/texts.js";
import { formatClock, formatRelative } from "../time/format.js";

/** The times of a session that the strip draws; RFC 3339, on the server's clock. */
export interface StripSession {
  readonly started_at: string;
  readonly last_active_at: string;
  readonly idle_expires_at: string;
  readonly absolute_expires_at: string;
}

/** What every size of the strip draws. */
export interface StripProps {
  readonly session: StripSession;
  /** How long before the deadline the notice shows, in milliseconds. */
  readonly warningMs: number;
}

/** The same times in milliseconds since the Unix epoch. */
export interface StripTimes {
  readonly startedMs: number;
  readonly lastActiveMs: number;
  readonly idleMs: number;
  readonly absoluteMs: number;
}

/** Positions on the band, in percent of its width. */
export interface Strip {
  readonly now: number;
  /** The idle window: from the last activity to the idle deadline. */
  readonly from: number;
  readonly to: number;
  /** The earlier deadline; `absolute` when they are equal. */
  readonly nearer: "idle" | "absolute";
  /** Time until the nearer deadline in milliseconds, never negative. */
  readonly leftMs: number;
}

export const timesOf = (session: StripSession): StripTimes => ({
  startedMs: Date.parse(session.started_at),
  lastActiveMs: Date.parse(session.last_active_at),
  idleMs: Date.parse(session.idle_expires_at),
  absoluteMs: Date.parse(session.absolute_expires_at),
});

/** The earlier deadline, in milliseconds since the Unix epoch. */
export const nearerMs = ({ idleMs, absoluteMs }: StripTimes): number => Math.min(idleMs, absoluteMs);

/**
 * Lays out a session on a band from its start to its absolute deadline.
 *
 * @param nowMs now on the server's clock, milliseconds since the Unix epoch
 * @example stripOf({ startedMs: 0, lastActiveMs: 50, idleMs: 75, absoluteMs: 100 }, 60).to // 75
 */
export function stripOf(times: StripTimes, nowMs: number): Strip {
  const { startedMs, lastActiveMs, idleMs, absoluteMs } = times;
  const spanMs = Math.max(1, absoluteMs - startedMs);
  const position = (ms: number) => Math.min(100, Math.max(0, (100 * (ms - startedMs)) / spanMs));
  return {
    now: position(nowMs),
    from: position(lastActiveMs),
    to: position(idleMs),
    nearer: idleMs < absoluteMs ? "idle" : "absolute",
    leftMs: Math.max(0, nearerMs(times) - nowMs),
  };
}

/**
 * The tone of the expiry notice for the same session; undefined while no notice shows.
 *
 * @param warningMs how long before the deadline the notice shows, in milliseconds
 */
export function stripTone({ nearer, leftMs }: Strip, warningMs: number): "warning" | "info" | undefined {
  if (leftMs > warningMs) return undefined;
  return nearer === "idle" ? "warning" : "info";
}

/** A text next to a tick: `at` in percent of the width, and the end of the text that is at the tick. */
export interface StripLabel {
  readonly at: number;
  readonly anchor: "start" | "end";
}

/** Distance of a label from its tick. */
export const LABEL_OFFSET_EM = 0.4;

// Overlap is checked at the narrowest width: a band of 240 px (page width 320 px), letters 8 px wide and 13 px high.
const PERCENT_PER_PX = 100 / 240;
const LETTER_PERCENT = 8 * PERCENT_PER_PX;
const OFFSET_PERCENT = 13 * LABEL_OFFSET_EM * PERCENT_PER_PX;

/** The horizontal extent of a label with a number of letters, in percent. */
export function labelExtent({ at, anchor }: StripLabel, letters: number): { from: number; to: number } {
  const reach = OFFSET_PERCENT + letters * LETTER_PERCENT;
  return anchor === "start"
    ? { from: at + OFFSET_PERCENT, to: at + reach }
    : { from: at - reach, to: at - OFFSET_PERCENT };
}

/**
 * Places the label of now left of its tick and the label of the idle deadline right of its tick. A label without room
 * flips to the other side; if the labels would touch, the label of now is omitted.
 *
 * @param now position of now, in percent
 * @param idle position of the idle deadline, in percent; null if it has no label
 * @param letters length of the two texts
 * @example stripLabels(50, 60, { now: 3, idle: 5 }).now // { at: 50, anchor: "end" }
 */
export function stripLabels(
  now: number,
  idle: number | null,
  letters: { readonly now: number; readonly idle: number },
): { readonly now: StripLabel | null; readonly idle: StripLabel | null } {
  const leftOfNow: StripLabel = { at: now, anchor: "end" };
  const nowLabel: StripLabel =
    labelExtent(leftOfNow, letters.now).from >= 0 ? leftOfNow : { at: now, anchor: "start" };
  if (idle === null) return { now: nowLabel, idle: null };
  const rightOfIdle: StripLabel = { at: idle, anchor: "start" };
  const idleLabel: StripLabel =
    labelExtent(rightOfIdle, letters.idle).to <= 100 ? rightOfIdle : { at: idle, anchor: "end" };
  const nowExtent = labelExtent(nowLabel, letters.now);
  const idleExtent = labelExtent(idleLabel, letters.idle);
  const isApart =
    nowExtent.to + LETTER_PERCENT <= idleExtent.from || idleExtent.to + LETTER_PERCENT <= nowExtent.from;
  return { now: isApart ? nowLabel : null, idle: idleLabel };
}

/**
 * Describes the strip in full sentences, for screen readers.
 *
 * @param nowMs now on the server's clock, milliseconds since the Unix epoch
 * @param timeZone default: the browser's
 */
export function stripDescription(texts: Texts, times: StripTimes, nowMs: number, timeZone?: string): string {
  const clock = (ms: number) => formatClock(texts.locale, ms, nowMs, timeZone);
  const deadline = (ms: number) => ({ at: clock(ms), distance: formatRelative(texts, ms, nowMs) });
  return texts.deadlines.description({
    started: clock(times.startedMs),
    lastActive: clock(times.lastActiveMs),
    idle: deadline(times.idleMs),
    absolute: deadline(times.absoluteMs),
  });
}
