import { useId } from "react";
import type { Strip } from "./strip.js";

/** How far ticks extend beyond the band. */
const OVERHANG_EM = 0.25;

/**
 * The band of the strip: the used part, the idle window with its passed part hatched, ticks for now and both deadlines.
 *
 * @param top top edge of the band, in em
 * @param height height of the band, in em
 * @param overhang how far the ticks of now and of the idle deadline extend above the band, in em
 */
export function StripBand({
  strip,
  top,
  height,
  overhang = OVERHANG_EM,
}: {
  strip: Strip;
  top: number;
  height: number;
  overhang?: number;
}) {
  const hatch = useId();
  const passedTo = Math.min(strip.now, strip.to);
  const line = (at: number, above: number) => ({
    x1: `${at}%`,
    x2: `${at}%`,
    y1: `${top - above}em`,
    y2: `${top + height + OVERHANG_EM}em`,
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
      <line className="curfew-strip-end" data-end="idle" {...line(strip.to, overhang)} />
      <line className="curfew-strip-end" data-end="absolute" {...line(100, OVERHANG_EM)} />
      <line className="curfew-strip-halo" {...line(strip.now, overhang)} />
      <line className="curfew-strip-now" {...line(strip.now, overhang)} />
    </>
  );
}
