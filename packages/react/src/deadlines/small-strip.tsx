import { useTexts } from "../provider/context.js";
import { Moment } from "../time/moment.js";
import { STEP_MS, useNow } from "../time/use-now.js";
import { nearerMs, type StripSession, stripOf, stripTone, timesOf } from "./strip.js";
import { StripBand } from "./strip-band.js";
import { stripWords } from "./strip-words.js";

/** The picture alone, with both deadlines in a line of words beneath. */
export function SmallStrip({ session }: { session: StripSession }) {
  const texts = useTexts();
  const times = timesOf(session);
  const now = useNow(STEP_MS, nearerMs(times));
  const strip = stripOf(times, now);
  return (
    <div className="curfew-root curfew-strip" data-size="small" data-tone={stripTone(strip)}>
      <svg role="img" aria-label={stripWords(texts, times, now)} width="100%" height="1.25em">
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
