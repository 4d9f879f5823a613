import type { Texts } from "../texts/texts.js";
import { relativeTime } from "./relative-time.js";

/**
 * Writes how far a moment lies from now: '2 days ago', 'in 5 minutes', 'just now'.
 *
 * @param atMs the moment, milliseconds since the Unix epoch
 * @param nowMs now, on the same clock
 */
export function relativeWords(texts: Texts, atMs: number, nowMs: number): string {
  const distance = relativeTime(atMs, nowMs);
  if (distance === null) return atMs > nowMs ? texts.time.withinAMinute : texts.time.justNow;
  return new Intl.RelativeTimeFormat(texts.locale).format(distance.value, distance.unit);
}
