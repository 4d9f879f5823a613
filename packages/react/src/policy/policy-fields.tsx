import type { PresetName } from "@curfew/core/policy";
import { useId } from "react";
import { Fault } from "../controls/fault.js";
import { Labelled } from "../controls/labelled.js";
import { useTexts } from "../session/context.js";
import { formatDuration } from "../time/format.js";
import { type AccountPolicy, presetLimits, typedMinutes } from "./policy-draft.js";

const PRESET_ORDER: readonly PresetName[] = ["strict", "standard", "custom"];

/** The presets as native radio buttons, each described by its limits. */
export function PresetRadios({
  policy,
  value,
  onChoose,
}: {
  policy: AccountPolicy;
  value: PresetName;
  onChoose: (preset: PresetName) => void;
}) {
  const { policy: texts, locale } = useTexts();
  const id = useId();
  const describe = (preset: PresetName): string => {
    if (preset === "custom") return texts.customLimits;
    const { idleMinutes, absoluteMinutes } = presetLimits(preset, policy);
    return texts.limits(formatDuration(locale, idleMinutes), formatDuration(locale, absoluteMinutes));
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

/** Lets the wheel scroll the page, where browsers would change a focused number: they don't change one that is read-only. */
function ignoreWheel({ currentTarget: input }: { currentTarget: HTMLInputElement }): void {
  input.readOnly = true;
  requestAnimationFrame(() => {
    input.readOnly = false;
  });
}

/** The input of one limit in minutes, with the same duration in words next to it and its fault below. */
export function LimitInput({
  label,
  value,
  fault,
  disabled,
  onChange,
  onBlur,
}: {
  label: string;
  value: string;
  fault: string | null;
  disabled: boolean;
  onChange: (value: string) => void;
  onBlur: () => void;
}) {
  const { locale } = useTexts();
  const id = useId();
  const minutes = typedMinutes(value);
  return (
    <Labelled label={label} id={id}>
      <div className="curfew-limit">
        <input
          id={id}
          className="curfew-input"
          type="number"
          inputMode="numeric"
          step={1}
          value={value}
          disabled={disabled}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? `${id}-words` : `${id}-words ${id}-fault`}
          onChange={(event) => onChange(event.currentTarget.value)}
          onBlur={onBlur}
          onWheel={ignoreWheel}
        />
        <span id={`${id}-words`} className="curfew-quiet">
          {minutes >= 1 && formatDuration(locale, minutes)}
        </span>
      </div>
      {fault !== null && <Fault id={`${id}-fault`}>{fault}</Fault>}
    </Labelled>
  );
}
