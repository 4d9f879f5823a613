import { type ComponentProps, useId } from "react";

/**
 * A labelled input with what is wrong with it beneath.
 *
 * @param hint what one may want to know before typing
 * @param fault what is wrong, in words; null where nothing is
 */
export function TextField({
  label,
  hint,
  fault,
  ...input
}: { label: string; hint?: string; fault: string | null } & ComponentProps<"input">) {
  const id = useId();
  const described = [hint === undefined ? "" : `${id}-hint`, fault === null ? "" : `${id}-fault`];
  return (
    <div className="curfew-field">
      <label className="curfew-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="curfew-input"
        aria-invalid={fault !== null}
        aria-describedby={described.join(" ").trim() || undefined}
        {...input}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-quiet text-sm">
          {hint}
        </p>
      )}
      {fault !== null && (
        <p id={`${id}-fault`} className="curfew-fault text-sm">
          {fault}
        </p>
      )}
    </div>
  );
}
