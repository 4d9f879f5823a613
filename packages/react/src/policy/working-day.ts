import type { EffectivePolicy } from "@curfew/core/policy";
import type { BreakName, PolicyTexts } from "../texts/texts.js";

/** A period without activity, in minutes since midnight. */
interface Break {
  readonly name: BreakName;
  readonly from: number;
  readonly to: number;
}

/** A session from sign-in to its end; `to` is the end of work if the session outlasts the day. */
interface DaySession {
  readonly from: number;
  readonly to: number;
  readonly endedBy: "idle" | "absolute" | null;
}

interface DayBreak extends Break {
  /** Whether the idle timeout is longer than the break. */
  readonly survived: boolean;
  /** Until when a session is open during the break. */
  readonly openTo: number;
}

/** A policy as a working day; all times in minutes since midnight. */
export interface WorkingDay {
  readonly start: number;
  readonly end: number;
  readonly sessions: readonly DaySession[];
  readonly breaks: readonly DayBreak[];
  /** The absolute deadline of the day's first session; may be after work or after midnight. */
  readonly limit: number;
}

const MINUTES_PER_DAY = 1440;

const clockMinutes = (hour: number, minute: number): number => hour * 60 + minute;

export const DAY_START = clockMinutes(9, 0);
export const DAY_END = clockMinutes(18, 0);

const BREAKS: readonly Break[] = [
  { name: "coffee", from: clockMinutes(10, 30), to: clockMinutes(10, 40) },
  { name: "lunch", from: clockMinutes(12, 30), to: clockMinutes(13, 15) },
  { name: "meeting", from: clockMinutes(15, 0), to: clockMinutes(16, 30) },
];

/**
 * Simulates a working day under a policy: sign-in at 9, activity except during three breaks, a new sign-in after each
 * end of a session.
 *
 * @param policy the effective limits, in minutes, each 1 or more
 * @example workingDay({ idleMinutes: 15, absoluteMinutes: 720 }).breaks.map(({ survived }) => survived) // [true, false, false]
 */
export function workingDay(policy: EffectivePolicy): WorkingDay {
  const sessions: DaySession[] = [];
  let from = DAY_START;
  while (from < DAY_END) {
    const session = sessionFrom(from, policy);
    sessions.push(session);
    from = session.endedBy === null ? DAY_END : nextSignIn(session.to);
  }
  return {
    start: DAY_START,
    end: DAY_END,
    sessions,
    breaks: BREAKS.map((pause) => ({
      ...pause,
      survived: pause.to - pause.from < policy.idleMinutes,
      openTo: sessions.find(({ to }) => pause.from < to && to < pause.to)?.to ?? pause.to,
    })),
    limit: DAY_START + policy.absoluteMinutes,
  };
}

/** Of two equal deadlines, the absolute one ends the session. */
function sessionFrom(from: number, policy: EffectivePolicy): DaySession {
  const absolute = from + policy.absoluteMinutes;
  const tooLong = BREAKS.find((pause) => pause.from >= from && pause.to - pause.from >= policy.idleMinutes);
  const idle = tooLong === undefined ? Number.POSITIVE_INFINITY : tooLong.from + policy.idleMinutes;
  const to = Math.min(absolute, idle);
  if (to >= DAY_END) return { from, to: DAY_END, endedBy: null };
  return { from, to, endedBy: absolute <= idle ? "absolute" : "idle" };
}

/** A session that ends during a break is followed by a sign-in after it; any other by one at once. */
const nextSignIn = (endedAt: number): number =>
  BREAKS.find((pause) => pause.from <= endedAt && endedAt < pause.to)?.to ?? endedAt;

/**
 * Describes the day in full sentences.
 *
 * @param clock formats a time of the day, given in minutes since midnight
 * @param duration formats a duration, given in minutes
 */
export function dayDescription(
  day: WorkingDay,
  texts: PolicyTexts,
  clock: (minutes: number) => string,
  duration: (minutes: number) => string,
): string {
  const namedBreaks = day.breaks.map((pause) => ({
    ...pause,
    words: `${texts.breaks[pause.name]} (${duration(pause.to - pause.from)})`,
  }));
  const survived = namedBreaks.filter((pause) => pause.survived).map((pause) => pause.words);
  const endings = namedBreaks.flatMap((pause) => {
    const ended = day.sessions.find(({ to }) => pause.from < to && to <= pause.to);
    return pause.survived || ended === undefined ? [] : [texts.dayEnded(pause.words, clock(ended.to))];
  });
  return [
    texts.dayBegins(clock(day.start), clock(day.end)),
    ...(survived.length > 0 ? [texts.daySurvived(survived)] : []),
    ...endings,
    limitSentence(day, texts, clock, duration),
  ].join(" ");
}

function limitSentence(
  { start, end, limit }: WorkingDay,
  texts: PolicyTexts,
  clock: (minutes: number) => string,
  duration: (minutes: number) => string,
): string {
  if (limit <= end) return texts.dayLimit(clock(limit));
  if (limit < MINUTES_PER_DAY) return texts.dayLimitAfterWork(clock(limit));
  return texts.dayLimitLater(duration(limit - start));
}

/** A label below the day; `at` in percent of the width. */
interface DayLabel {
  readonly at: number;
  readonly text: string;
}

/**
 * Omits labels that would overlap an earlier label of the list.
 *
 * @param labels in order of priority
 * @param gap minimum distance between two labels, in percent of the width
 */
export function placeLabels<Label extends DayLabel>(labels: readonly Label[], gap: number): Label[] {
  const placed: Label[] = [];
  for (const label of labels)
    if (placed.every((other) => Math.abs(other.at - label.at) >= gap)) placed.push(label);
  return placed;
}
