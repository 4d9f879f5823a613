import { useTexts } from "../provider/context.js";
import { clockTime } from "../time/clock-time.js";
import { Moment } from "../time/moment.js";
import { relativeWords } from "../time/relative-words.js";
import { STEP_MS, useNow } from "../time/use-now.js";
import { nearerMs, type StripSession, stripOf, stripTone, timesOf } from "./strip.js";
import { StripBand } from "./strip-band.js";
import { LABEL_OFF_EM, type StripLabel, stripLabels } from "./strip-labels.js";
import { stripWords } from "./strip-words.js";

/** The session as a picture with its clock times, and the same in words beneath. */
export function LargeStrip({ session }: { session: StripSession }) {
  const texts = useTexts();
  const { deadlines } = texts;
  const times = timesOf(session);
  const now = useNow(STEP_MS, nearerMs(times));
  const strip = stripOf(times, now);
  const clock = (ms: number) => clockTime(texts.locale, ms, now);
  const idle = clock(times.idleMs);
  const absolute = clock(times.absoluteMs);
  const labels = stripLabels(strip.now, idle === absolute ? null : strip.to, {
    now: deadlines.now.length,
    idle: idle.length,
  });
  return (
    <div className="curfew-root curfew-strip" data-size="large" data-tone={stripTone(strip)}>
      <svg role="img" aria-label={stripWords(texts, times, now)} width="100%" height="4.125em">
        <StripBand strip={strip} top={1.5} height={2.25} ticks={1.375} />
        <LabelText label={labels.now}>{deadlines.now}</LabelText>
        <LabelText label={labels.idle} end="idle">
          {idle}
        </LabelText>
      </svg>
      <div className="curfew-strip-ends" aria-hidden="true">
        <span>{clock(times.startedMs)}</span>
        <span>{absolute}</span>
      </div>
      <dl className="curfew-strip-words">
        <Row term={deadlines.started} at={session.started_at} />
        <Row term={deadlines.idle} at={session.idle_expires_at} nearer={strip.nearer === "idle"} />
        <Row
          term={deadlines.absolute}
          at={session.absolute_expires_at}
          nearer={strip.nearer === "absolute"}
        />
      </dl>
    </div>
  );
}

function LabelText({ label, end, children }: { label: StripLabel | null; end?: "idle"; children: string }) {
  if (label === null) return null;
  return (
    <text
      className="curfew-strip-label"
      data-end={end}
      x={`${label.at}%`}
      dx={label.anchor === "end" ? `-${LABEL_OFF_EM}em` : `${LABEL_OFF_EM}em`}
      y="1em"
      textAnchor={label.anchor}
    >
      {children}
    </text>
  );
}

/** A moment by the clock, and how far off it is. */
function Row({ term, at, nearer = false }: { term: string; at: string; nearer?: boolean }) {
  const texts = useTexts();
  const atMs = Date.parse(at);
  const now = useNow(STEP_MS, atMs);
  return (
    <div data-nearer={nearer}>
      <dt>{term}</dt>
      <dd>
        <Moment as="clock" at={at} /> <span>{relativeWords(texts, atMs, now)}</span>
      </dd>
    </div>
  );
}
