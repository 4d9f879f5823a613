import { useTexts } from "../session/context.js";
import { formatClock, formatRelative } from "../time/format.js";
import { Moment } from "../time/moment.js";
import { STEP_MS, useNow } from "../time/use-now.js";
import {
  LABEL_OFFSET_EM,
  nearerMs,
  type StripLabel,
  type StripProps,
  stripDescription,
  stripLabels,
  stripOf,
  stripTone,
  timesOf,
} from "./strip.js";
import { StripBand } from "./strip-band.js";

/** The strip with clock times, and the same times in words below. */
export function LargeStrip({ session, warningMs }: StripProps) {
  const texts = useTexts();
  const { deadlines } = texts;
  const times = timesOf(session);
  const now = useNow(STEP_MS, nearerMs(times));
  const strip = stripOf(times, now);
  const clock = (ms: number) => formatClock(texts.locale, ms, now);
  const idle = clock(times.idleMs);
  const absolute = clock(times.absoluteMs);
  const labels = stripLabels(strip.now, idle === absolute ? null : strip.to, {
    now: deadlines.now.length,
    idle: idle.length,
  });
  return (
    <div className="curfew-root curfew-strip" data-size="large" data-tone={stripTone(strip, warningMs)}>
      <svg role="img" aria-label={stripDescription(texts, times, now)} width="100%" height="4.125em">
        <StripBand strip={strip} top={1.5} height={2.25} overhang={1.375} />
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
        <TimeRow term={deadlines.started} at={session.started_at} />
        <TimeRow term={deadlines.idle} at={session.idle_expires_at} isNearer={strip.nearer === "idle"} />
        <TimeRow
          term={deadlines.absolute}
          at={session.absolute_expires_at}
          isNearer={strip.nearer === "absolute"}
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
      dx={label.anchor === "end" ? `-${LABEL_OFFSET_EM}em` : `${LABEL_OFFSET_EM}em`}
      y="1em"
      textAnchor={label.anchor}
    >
      {children}
    </text>
  );
}

/** A time as clock time and relative time. */
function TimeRow({ term, at, isNearer = false }: { term: string; at: string; isNearer?: boolean }) {
  const texts = useTexts();
  const atMs = Date.parse(at);
  const now = useNow(STEP_MS, atMs);
  return (
    <div data-nearer={isNearer}>
      <dt>{term}</dt>
      <dd>
        <Moment as="clock" at={at} /> <span>{formatRelative(texts, atMs, now)}</span>
      </dd>
    </div>
  );
}
