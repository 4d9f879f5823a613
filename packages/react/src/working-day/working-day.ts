import type { EffectivePolicy } from "@curfew/core/policy";

export type BreakName = "coffee" | "lunch" | "meeting";

/** A stretch of the day without a touch; `from` and `to` in minutes since midnight. */
interface Break {
  readonly name: BreakName;
  readonly from: number;
  readonly to: number;
}

/** From sign-in to the end; `to` is the end of work where the session outlives the day. */
export interface DaySession {
  readonly from: number;
  readonly to: number;
  readonly endedBy: "idle" | "absolute" | null;
}

export interface DayBreak extends Break {
  /** The idle timeout is longer than the break. */
  readonly survived: boolean;
  /** How far into it a session is open. */
  readonly openTo: number;
}

/** A policy as a working day; all times in minutes since midnight. */
export interface WorkingDay {
  readonly start: number;
  readonly end: number;
  readonly sessions: readonly DaySession[];
  readonly breaks: readonly DayBreak[];
  /** Where the limit of the session that began the day falls: it may lie past the day's end, or past midnight. */
  readonly limit: number;
}

const at = (hour: number, minute: number): number => hour * 60 + minute;

export const DAY_START = at(9, 0);
export const DAY_END = at(18, 0);

const BREAKS: readonly Break[] = [
  { name: "coffee", from: at(10, 30), to: at(10, 40) },
  { name: "lunch", from: at(12, 30), to: at(13, 15) },
  { name: "meeting", from: at(15, 0), to: at(16, 30) },
];

/**
 * Plays a day of work through a policy: signed in at 9, at work but in three breaks, signed in again after each end.
 *
 * @param policy the effective limits, in minutes, each 1 or more
 * @example workingDay({ idleMinutes: 15, absoluteMinutes: 720 }).breaks.map((pause) => pause.survived) // [true, false, false]
 */
export function workingDay(policy: EffectivePolicy): WorkingDay {
  const sessions: DaySession[] = [];
  let from = DAY_START;
  while (from < DAY_END) {
    const session = sessionFrom(from, policy);
    sessions.push(session);
    from = session.endedBy === null ? DAY_END : backAtWork(session.to);
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

/** Of two deadlines at the same moment it is the absolute one. */
function sessionFrom(from: number, policy: EffectivePolicy): DaySession {
  const absolute = from + policy.absoluteMinutes;
  const tooLong = BREAKS.find((pause) => pause.from >= from && pause.to - pause.from >= policy.idleMinutes);
  const idle = tooLong === undefined ? Number.POSITIVE_INFINITY : tooLong.from + policy.idleMinutes;
  const to = Math.min(absolute, idle);
  if (to >= DAY_END) return { from, to: DAY_END, endedBy: null };
  return { from, to, endedBy: absolute <= idle ? "absolute" : "idle" };
}

/** Whoever is signed out in a break signs in again after it, whoever is at work does at once. */
const backAtWork = (ended: number): number =>
  BREAKS.find((pause) => pause.from <= ended && ended < pause.to)?.to ?? ended;
