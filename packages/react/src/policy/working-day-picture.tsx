import type { EffectivePolicy } from "@curfew/core/policy";
import { useId } from "react";
import { useTexts } from "../session/context.js";
import { formatDuration } from "../time/format.js";
import { dayDescription, placeLabels, type WorkingDay, workingDay } from "./working-day.js";

/** Minimum distance, in percent, of two clock times on a page 320 px wide. */
const CLOCK_GAP_PERCENT = 17;

/** Geometry of the band, in pixels. */
const TOP = 20;
const HEIGHT = 28;

const MINUTES_PER_HOUR = 60;

/** A policy as a working day from 9 to 6: the breaks that a session survives, where it ends, where its limit is. */
export function WorkingDayPicture({ limits }: { limits: EffectivePolicy }) {
  const { policy: texts, locale } = useTexts();
  const id = useId();
  const clock = clockFormatter(locale);
  const day = workingDay(limits);
  const description = dayDescription(day, texts, clock, (minutes) => formatDuration(locale, minutes));
  const position = (minutes: number): number => (100 * (minutes - day.start)) / (day.end - day.start);
  const endLabels = placeLabels(
    labelledEnds(day).map(({ to, endedBy }) => ({ endedBy, at: position(to), text: clock(to) })),
    CLOCK_GAP_PERCENT,
  );
  return (
    <figure className="curfew-day">
      <div id={id} className="curfew-label">
        {texts.day}
      </div>
      <svg className="curfew-day-picture" role="img" aria-label={description} width="100%" height="84">
        {day.breaks.map((pause) => (
          <text
            key={pause.name}
            className="curfew-day-break-name"
            data-survived={pause.survived}
            x={`${position((pause.from + pause.to) / 2)}%`}
            y="11"
            textAnchor="middle"
          >
            {pause.survived ? "✓" : "✕"} {texts.breakLabels[pause.name]}
          </text>
        ))}
        <DayBand day={day} position={position} />
        {endLabels.map((label) => (
          <text
            key={label.at}
            className="curfew-day-end-time"
            data-ended-by={label.endedBy}
            x={`${label.at}%`}
            y="63"
            textAnchor={label.at < 7 ? "start" : label.at > 93 ? "end" : "middle"}
          >
            {label.text}
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
        {description}
      </figcaption>
    </figure>
  );
}

/**
 * The band of the day: sessions filled, breaks hatched while a session is open, a line where a session ends.
 *
 * @param position converts minutes since midnight to percent of the width
 */
function DayBand({ day, position }: { day: WorkingDay; position: (minutes: number) => number }) {
  const hatch = useId();
  const hours = Array.from(
    { length: (day.end - day.start) / MINUTES_PER_HOUR - 1 },
    (_, index) => day.start + (index + 1) * MINUTES_PER_HOUR,
  );
  const span = (from: number, to: number) => ({
    x: `${position(from)}%`,
    width: `${position(to) - position(from)}%`,
    y: TOP,
    height: HEIGHT,
  });
  const line = (at: number, top: number, bottom: number) => ({
    x1: `${position(at)}%`,
    x2: `${position(at)}%`,
    y1: top,
    y2: bottom,
  });
  return (
    <>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="curfew-day-hatch" width="2" height="6" />
      </pattern>
      <rect className="curfew-day-track" rx="4" {...span(day.start, day.end)} />
      {day.sessions.map(({ from, to }) => (
        <rect key={from} className="curfew-day-session" rx="4" {...span(from, to)} />
      ))}
      {day.breaks.map(({ name, from, openTo }) => (
        <rect key={name} className="curfew-day-break" fill={`url(#${hatch})`} {...span(from, openTo)} />
      ))}
      {hours.map((hour) => (
        <line key={hour} className="curfew-day-hour" {...line(hour, TOP + HEIGHT - 5, TOP + HEIGHT)} />
      ))}
      {day.sessions.map(
        ({ to, endedBy }) =>
          endedBy !== null && (
            <line
              key={to}
              className="curfew-day-end"
              data-ended-by={endedBy}
              {...line(to, TOP - 3, TOP + HEIGHT + 3)}
            />
          ),
      )}
    </>
  );
}

/** The session ends that get a clock time, by priority: idle ends first, then the first absolute end. */
function labelledEnds({ sessions }: WorkingDay) {
  const idleEnds = sessions.filter(({ endedBy }) => endedBy === "idle");
  const absoluteEnds = sessions.filter(({ endedBy }) => endedBy === "absolute");
  return [...idleEnds, ...absoluteEnds.slice(0, 1)];
}

/** Formats minutes since midnight as a clock time; minutes after midnight wrap around. */
function clockFormatter(locale: string): (minutes: number) => string {
  const format = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
  });
  return (minutes) => format.format(minutes * 60_000);
}
