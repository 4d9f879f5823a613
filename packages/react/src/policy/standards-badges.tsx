import { type EffectivePolicy, standardsFor } from "@curfew/core/policy";
import { CheckIcon, DashIcon } from "../controls/icons.js";
import { useTexts } from "../session/context.js";
import { formatDuration } from "../time/format.js";

/** Whether the limits support each known standard, with a citation of its limits. */
export function StandardsBadges({ limits }: { limits: EffectivePolicy }) {
  const { policy: texts, locale } = useTexts();
  const duration = (minutes: number | null) => (minutes === null ? null : formatDuration(locale, minutes));
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
                {source}: {texts.standardLimits(duration(idleMinutesMax), duration(absoluteMinutesMax))}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
