import type { CSSProperties } from "react";
import { useTexts } from "../session/context.js";
import { useSession } from "../session/use-session.js";
import { Moment } from "../time/moment.js";
import { STEP_MS, useNow } from "../time/use-now.js";
import { LargeStrip } from "./large-strip.js";
import {
  nearerMs,
  type StripProps,
  type StripSession,
  stripDescription,
  stripOf,
  stripTone,
  timesOf,
} from "./strip.js";
import { StripBand } from "./strip-band.js";

/**
 * The two deadlines of a session as a picture: a band from sign-in to the absolute deadline, with the idle window and a
 * tick for now. It follows the server's clock.
 *
 * @param size default `large`; `large` with clock times and words, `small` for a list row, `bar` for the time of the warning
 * @param session the session to draw; default: the browser's own session
 * @example <SessionDeadlines />
 */
export function SessionDeadlines({
  size = "large",
  session,
}: {
  size?: keyof typeof SIZES;
  session?: StripSession;
}) {
  const state = useSession();
  const drawn = session ?? (state.status === "signed_in" ? state.session : null);
  if (drawn === null) return null;
  const Size = SIZES[size];
  return <Size session={drawn} warningMs={state.status === "signed_in" ? state.expiry.warning_ms : 0} />;
}

/** The strip without labels, and both deadlines in one line below. */
function SmallStrip({ session, warningMs }: StripProps) {
  const texts = useTexts();
  const times = timesOf(session);
  const now = useNow(STEP_MS, nearerMs(times));
  const strip = stripOf(times, now);
  return (
    <div className="curfew-root curfew-strip" data-size="small" data-tone={stripTone(strip, warningMs)}>
      <svg role="img" aria-label={stripDescription(texts, times, now)} width="100%" height="1.25em">
        <StripBand strip={strip} top={0.375} height={0.5} />
      </svg>
      <p className="curfew-strip-line">
        <Moment as="clock" at={session.idle_expires_at} words={texts.deadlines.idleAt} />
        {" · "}
        <Moment as="clock" at={session.absolute_expires_at} words={texts.deadlines.absoluteAt} />
      </p>
    </div>
  );
}

/** The time from the warning to the nearer deadline as a shrinking bar. Hidden from screen readers: the notice has the words. */
function CountdownBar({ session, warningMs }: StripProps) {
  const times = timesOf(session);
  const now = useNow(1000, nearerMs(times));
  const strip = stripOf(times, now);
  const left = Math.min(1, strip.leftMs / warningMs);
  return (
    <div
      className="curfew-root curfew-strip"
      data-size="bar"
      data-tone={stripTone(strip, warningMs)}
      aria-hidden="true"
    >
      <div className="curfew-strip-left" style={{ "--curfew-left": left } as CSSProperties} />
    </div>
  );
}

const SIZES = { large: LargeStrip, small: SmallStrip, bar: CountdownBar };
