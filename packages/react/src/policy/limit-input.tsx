import { useId } from "react";
import { FaultIcon } from "../controls/icons.js";

/** One limit: a number input, the same in plain words beside it, and what is wrong with it beneath. */
export function LimitInput({
  label,
  value,
  words,
  fault,
  disabled,
  onType,
  onLeave,
}: {
  label: string;
  value: string;
  words: string;
  fault: string | null;
  disabled: boolean;
  onType: (value: string) => void;
  onLeave: () => void;
}) {
  const id = useId();
  return (
    <div className="curfew-field">
      <label htmlFor={id} className="curfew-label">
        {label}
      </label>
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
          onChange={(event) => onType(event.currentTarget.value)}
          onBlur={onLeave}
        />
        <span id={`${id}-words`} className="curfew-quiet">
          {words}
        </span>
      </div>
      {fault !== null && (
        <p id={`${id}-fault`} className="curfew-fault">
          <FaultIcon /> {fault}
        </p>
      )}
    </div>
  );
}
