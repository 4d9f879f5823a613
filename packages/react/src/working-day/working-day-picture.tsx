import type { EffectivePolicy } from "@curfew/core/policy";
import { useId } from "react";
import { useTexts } from "../provider/context.js";
import { formatDuration } from "../time/format.js";
import { DayBar } from "./day-bar.js";
import { dayWords } from "./day-words.js";
import { placeLabels } from "./place-labels.js";
import { type WorkingDay, workingDay } from "./working-day.js";

/** Closer than this, in percent, two clock times would touch where the page is 320 px wide. */
const CLOCK_GAP = 17;

/** A policy as a working day, from 9 to 6: which breaks a session outlasts, where it ends, where its limit falls. */
export function WorkingDayPicture({ limits }: { limits: EffectivePolicy }) {
  const { policy: texts, locale } = useTexts();
  const duration = (minutes: number) => formatDuration(locale, minutes);
  const id = useId();
  const clock = clockIn(locale);
  const day = workingDay(limits);
  const words = dayWords(day, texts, clock, duration);
  const place = (minutes: number): number => (100 * (minutes - day.start)) / (day.end - day.start);
  const ends = placeLabels(
    endTimes(day).map((end) => ({ ...end, at: place(end.minutes), text: clock(end.minutes) })),
    CLOCK_GAP,
  );
  return (
    <figure className="curfew-day">
      <div id={id} className="curfew-label">
        {texts.day}
      </div>
      <svg className="curfew-day-picture" role="img" aria-label={words} width="100%" height="84">
        {day.breaks.map((pause) => (
          <text
            key={pause.name}
            className="curfew-day-pause-name"
            data-survived={pause.survived}
            x={`${place((pause.from + pause.to) / 2)}%`}
            y="11"
            textAnchor="middle"
          >
            {pause.survived ? "✓" : "✕"} {texts.breakLabels[pause.name]}
          </text>
        ))}
        <DayBar day={day} place={place} />
        {ends.map((end) => (
          <text
            key={end.at}
            className="curfew-day-end-time"
            data-ended-by={end.endedBy}
            x={`${end.at}%`}
            y="63"
            textAnchor={end.at < 7 ? "start" : end.at > 93 ? "end" : "middle"}
          >
            {end.text}
          </text>
        ))}
        <text className="curfew-day-clock" x="0" y="80">
          {clock(day.start)}
        </text>
        <text className="curfew-day-clock" x="100%" y="80" textAnchor="end">
          {clock(day.end)}
        </text>
      </svg>
      <figcaption className="curfew-quiet" aria-hidden="true">
        {words}
      </figcaption>
    </figure>
  );
}

/** The ends to be told by their clock time: those in breaks first, then the first that the limit brings. */
function endTimes({ sessions }: WorkingDay) {
  const idle = sessions.filter(({ endedBy }) => endedBy === "idle");
  const limit = sessions.find(({ endedBy }) => endedBy === "absolute");
  return [...idle, ...(limit === undefined ? [] : [limit])].map(({ to, endedBy }) => ({
    minutes: to,
    endedBy,
  }));
}

/** Writes a time of no particular day; one past midnight is the next day's. */
function clockIn(locale: string): (minutes: number) => string {
  const format = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
  });
  return (minutes) => format.format(minutes * 60_000);
}
