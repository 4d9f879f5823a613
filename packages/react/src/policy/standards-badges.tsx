import { type EffectivePolicy, standardsFor } from "@curfew/core/policy";
import { CheckIcon, DashIcon } from "../controls/icons.js";
import { useTexts } from "../provider/context.js";
import { formatDuration } from "../time/format.js";

/** Where a standard sets its limit: what stands before the colon of its source. */
const citation = (source: string): string => source.split(":")[0] ?? source;

/** Tells of each known standard whether two limits support it, with the place where it says so. */
export function StandardsBadges({ limits }: { limits: EffectivePolicy }) {
  const { policy: texts, locale } = useTexts();
  const duration = (minutes: number) => formatDuration(locale, minutes);
  const words = (minutes: number | null) => (minutes === null ? null : duration(minutes));
  return (
    <div className="curfew-standards">
      <h3 className="curfew-label">{texts.standards}</h3>
      <ul>
        {standardsFor(limits).map(({ id, name, source, idleMinutesMax, absoluteMinutesMax, supported }) => (
          <li key={id} className="curfew-standard" data-supported={supported}>
            {supported ? <CheckIcon /> : <DashIcon />}
            <span>
              {supported ? texts.supports(name) : texts.supportsNot(name)}
              <small className="curfew-quiet">
                {citation(source)}: {texts.standardLimits(words(idleMinutesMax), words(absoluteMinutesMax))}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
