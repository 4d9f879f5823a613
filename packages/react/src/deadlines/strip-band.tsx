import { useId } from "react";
import type { Strip } from "./strip.js";

const OVER_EM = 0.25;

/**
 * The band itself: what is used, the idle window with what of it has passed hatched, a tick for now, the two ends.
 *
 * @param top where it begins, in em
 * @param height how high it is, in em
 * @param ticks how far the ticks of now and of the idle deadline stand up from it, in em
 */
export function StripBand({
  strip,
  top,
  height,
  ticks = OVER_EM,
}: {
  strip: Strip;
  top: number;
  height: number;
  ticks?: number;
}) {
  const hatch = useId();
  const passedTo = Math.min(strip.now, strip.to);
  const line = (at: number, up: number) => ({
    x1: `${at}%`,
    x2: `${at}%`,
    y1: `${top - up}em`,
    y2: `${top + height + OVER_EM}em`,
  });
  const span = (from: number, to: number) => ({
    x: `${from}%`,
    width: `${Math.max(0, to - from)}%`,
    y: `${top}em`,
    height: `${height}em`,
  });
  return (
    <>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="curfew-strip-hatch" width="2.5" height="6" />
      </pattern>
      <rect className="curfew-strip-track" rx="4" {...span(0, 100)} />
      <rect className="curfew-strip-used" rx="4" {...span(0, strip.from)} />
      <rect className="curfew-strip-window" rx="2" {...span(strip.from, strip.to)} />
      <rect fill={`url(#${hatch})`} {...span(strip.from, passedTo)} />
      <line className="curfew-strip-end" data-end="idle" {...line(strip.to, ticks)} />
      <line className="curfew-strip-end" data-end="absolute" {...line(100, OVER_EM)} />
      <line className="curfew-strip-halo" {...line(strip.now, ticks)} />
      <line className="curfew-strip-now" {...line(strip.now, ticks)} />
    </>
  );
}
