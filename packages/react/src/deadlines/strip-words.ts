import type { Texts } from "../texts/texts.js";
import { clockTime } from "../time/clock-time.js";
import { relativeWords } from "../time/relative-words.js";
import type { StripTimes } from "./strip.js";

/**
 * Says in full sentences what the strip shows.
 *
 * @param nowMs now on the server's clock, milliseconds since the Unix epoch
 * @param timeZone the person's unless told
 */
export function stripWords(texts: Texts, times: StripTimes, nowMs: number, timeZone?: string): string {
  const clock = (ms: number) => clockTime(texts.locale, ms, nowMs, timeZone);
  const deadline = (ms: number) => ({ at: clock(ms), distance: relativeWords(texts, ms, nowMs) });
  return texts.deadlines.description({
    started: clock(times.startedMs),
    lastActive: clock(times.lastActiveMs),
    idle: deadline(times.idleMs),
    absolute: deadline(times.absoluteMs),
  });
}
