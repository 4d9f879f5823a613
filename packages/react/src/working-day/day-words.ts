import type { PolicyTexts } from "../texts/texts.js";
import type { WorkingDay } from "./working-day.js";

const MINUTES_A_DAY = 1440;

/**
 * Says in full sentences what the picture of a day shows.
 *
 * @param day as `workingDay` plays it
 * @param clock writes a time of the day, given in minutes since midnight
 * @param duration writes a length, given in minutes
 */
export function dayWords(
  day: WorkingDay,
  texts: PolicyTexts,
  clock: (minutes: number) => string,
  duration: (minutes: number) => string,
): string {
  const named = day.breaks.map((pause) => ({
    ...pause,
    words: `${texts.breaks[pause.name]} (${duration(pause.to - pause.from)})`,
  }));
  const survived = named.filter((pause) => pause.survived).map((pause) => pause.words);
  const ends = named.flatMap((pause) => {
    const end = day.sessions.find(({ to }) => pause.from < to && to <= pause.to);
    return pause.survived || end === undefined ? [] : [texts.dayEnded(pause.words, clock(end.to))];
  });
  return [
    texts.dayBegins(clock(day.start), clock(day.end)),
    ...(survived.length > 0 ? [texts.daySurvived(survived)] : []),
    ...ends,
    limitWords(day, texts, clock, duration),
  ].join(" ");
}

function limitWords(
  { start, end, limit }: WorkingDay,
  texts: PolicyTexts,
  clock: (minutes: number) => string,
  duration: (minutes: number) => string,
): string {
  if (limit <= end) return texts.dayLimit(clock(limit));
  if (limit < MINUTES_A_DAY) return texts.dayLimitAfterWork(clock(limit));
  return texts.dayLimitLater(duration(limit - start));
}
