import type { SecurityPolicy } from "@curfew/client";
import type { PresetName } from "@curfew/core/policy";
import { useId } from "react";
import { useTexts } from "../provider/context.js";
import { formatDuration } from "../time/format.js";
import { presetLimits } from "./policy-draft.js";

const PRESET_ORDER: readonly PresetName[] = ["strict", "standard", "custom"];

/** The three presets as native radios, each with its two limits in words. */
export function PresetRadios({
  policy,
  value,
  onChoose,
}: {
  policy: SecurityPolicy;
  value: PresetName;
  onChoose: (preset: PresetName) => void;
}) {
  const { policy: texts, locale } = useTexts();
  const duration = (minutes: number) => formatDuration(locale, minutes);
  const id = useId();
  const describe = (preset: PresetName): string => {
    if (preset === "custom") return texts.customLimits;
    const { idleMinutes, absoluteMinutes } = presetLimits(preset, policy);
    return texts.limits(duration(idleMinutes), duration(absoluteMinutes));
  };
  return (
    <div role="radiogroup" aria-labelledby={id} className="curfew-presets">
      <div id={id} className="curfew-label">
        {texts.presets}
      </div>
      {PRESET_ORDER.map((preset) => (
        <label key={preset} className="curfew-preset">
          <input
            type="radio"
            name={id}
            checked={value === preset}
            aria-labelledby={`${id}-${preset}`}
            aria-describedby={`${id}-${preset}-limits`}
            onChange={() => onChoose(preset)}
          />
          <span>
            <span id={`${id}-${preset}`} className="curfew-preset-name">
              {texts.preset[preset]}
            </span>
            <span id={`${id}-${preset}-limits`} className="curfew-quiet">
              {describe(preset)}
            </span>
          </span>
        </label>
      ))}
    </div>
  );
}
