import type { CSSProperties } from "react";
import { useNow } from "../time/use-now.js";
import { nearerMs, type StripSession, stripOf, stripTone, timesOf, WARNING_MS } from "./strip.js";

/** The last five minutes before the nearer deadline as a thin bar that runs out; words beside it tell the same. */
export function RunningBar({ session }: { session: StripSession }) {
  const times = timesOf(session);
  const now = useNow(1000, nearerMs(times));
  const strip = stripOf(times, now);
  const left = Math.min(1, strip.leftMs / WARNING_MS);
  return (
    <div className="curfew-root curfew-strip" data-size="bar" data-tone={stripTone(strip)} aria-hidden="true">
      <div className="curfew-strip-left" style={{ "--curfew-left": left } as CSSProperties} />
    </div>
  );
}
