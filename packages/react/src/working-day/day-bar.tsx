import { useId } from "react";
import type { WorkingDay } from "./working-day.js";

const TOP = 20;
const HEIGHT = 28;
const HOUR = 60;

/**
 * The band of a day: sessions filled, breaks hatched where the session goes on, a line where it ends.
 *
 * @param place where a time stands, in percent of the width
 */
export function DayBar({ day, place }: { day: WorkingDay; place: (minutes: number) => number }) {
  const hatch = useId();
  const hours = Array.from(
    { length: (day.end - day.start) / HOUR - 1 },
    (_, hour) => day.start + (hour + 1) * HOUR,
  );
  const span = (from: number, to: number) => ({
    x: `${place(from)}%`,
    width: `${place(to) - place(from)}%`,
    y: TOP,
    height: HEIGHT,
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
        <rect key={name} className="curfew-day-pause" fill={`url(#${hatch})`} {...span(from, openTo)} />
      ))}
      {hours.map((hour) => (
        <line
          key={hour}
          className="curfew-day-hour"
          x1={`${place(hour)}%`}
          x2={`${place(hour)}%`}
          y1={TOP + HEIGHT - 5}
          y2={TOP + HEIGHT}
        />
      ))}
      {day.sessions.map(
        ({ to, endedBy }) =>
          endedBy !== null && (
            <line
              key={to}
              className="curfew-day-end"
              data-ended-by={endedBy}
              x1={`${place(to)}%`}
              x2={`${place(to)}%`}
              y1={TOP - 3}
              y2={TOP + HEIGHT + 3}
            />
          ),
      )}
    </>
  );
}
