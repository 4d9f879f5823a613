import { useTexts } from "../provider/context.js";
import { clockTime } from "../time/clock-time.js";
import { Moment } from "../time/moment.js";
import { relativeWords } from "../time/relative-words.js";
import { useNow } from "../time/use-now.js";
import { type StripSession, stripOf, stripStepMs, stripTone, timesOf } from "./strip.js";
import { StripBand } from "./strip-band.js";
import { stripLabels } from "./strip-labels.js";
import { stripWords } from "./strip-words.js";

/** The session as a picture with its clock times, and the same in words beneath. */
export function LargeStrip({ session }: { session: StripSession }) {
  const texts = useTexts();
  const { deadlines } = texts;
  const times = timesOf(session);
  const now = useNow(stripStepMs(times));
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
      <svg role="img" aria-label={stripWords(texts, times, now)} width="100%" height="4.5em">
        <StripBand strip={strip} top={1.875} height={2.25} />
        {labels.now !== null && (
          <text
            className="curfew-strip-label"
            x={`${labels.now.at}%`}
            y="1.125em"
            textAnchor={labels.now.anchor}
          >
            {deadlines.now}
          </text>
        )}
        {labels.idle !== null && (
          <text
            className="curfew-strip-label"
            data-end="idle"
            x={`${labels.idle.at}%`}
            y="1.125em"
            textAnchor={labels.idle.anchor}
          >
            {idle}
          </text>
        )}
      </svg>
      <div className="curfew-strip-ends" aria-hidden="true">
        <span>{clock(times.startedMs)}</span>
        <span>{absolute}</span>
      </div>
      <dl className="curfew-strip-words">
        <Row
          term={deadlines.started}
          at={session.started_at}
          beside={relativeWords(texts, times.startedMs, now)}
        />
        <Row
          term={deadlines.idle}
          at={session.idle_expires_at}
          beside={relativeWords(texts, times.idleMs, now)}
          nearer={strip.nearer === "idle"}
        />
        <Row
          term={deadlines.absolute}
          at={session.absolute_expires_at}
          beside={relativeWords(texts, times.absoluteMs, now)}
          nearer={strip.nearer === "absolute"}
        />
      </dl>
    </div>
  );
}

function Row({
  term,
  at,
  beside,
  nearer = false,
}: {
  term: string;
  at: string;
  beside: string;
  nearer?: boolean;
}) {
  return (
    <div data-nearer={nearer}>
      <dt>{term}</dt>
      <dd>
        <Moment as="clock" at={at} /> <span>{beside}</span>
      </dd>
    </div>
  );
}
