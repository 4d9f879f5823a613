import { PasswordInput } from "@curfew/react";
import { TriangleAlert } from "lucide-react";
import { type ComponentProps, useId } from "react";
import { t } from "../text/translate.js";

/** The hint of a new password's field: the server's rule. */
export const passwordHint = (): string =>
  t("8 characters or more. Three or four words in a row are easy to keep in mind.");

/**
 * A labelled input with an optional hint and fault.
 *
 * @param fault what is wrong with the value; null if it is valid
 */
export function TextField({
  label,
  hint,
  fault,
  ...input
}: { label: string; hint?: string; fault: string | null } & ComponentProps<"input">) {
  const id = useId();
  const described = [hint === undefined ? "" : `${id}-hint`, fault === null ? "" : `${id}-fault`];
  const Input = input.type === "password" ? PasswordInput : "input";
  return (
    <div className="curfew-field">
      <label className="curfew-label" htmlFor={id}>
        {label}
      </label>
      <Input
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

/** An alert about the whole form. */
export const FormFault = ({ text }: { text: string | null }) => (
  // Always rendered, so that screen readers announce its content; empty, it takes no row of the form's grid.
  <div role="alert" className="empty:absolute">
    {text !== null && (
      <p className="curfew-note" data-tone="danger">
        <TriangleAlert className="curfew-icon" aria-hidden="true" />
        <span>{text}</span>
      </p>
    )}
  </div>
);

/**
 * The submit button. It stays focusable while the form is being submitted: `useSubmission` ignores further submissions.
 *
 * @param busyLabel the label while the form is being submitted
 */
export const SubmitButton = ({
  label,
  busyLabel,
  isBusy,
}: {
  label: string;
  busyLabel: string;
  isBusy: boolean;
}) => (
  <button
    type="submit"
    className="curfew-button"
    data-kind="primary"
    aria-busy={isBusy}
    aria-disabled={isBusy}
  >
    {isBusy ? busyLabel : label}
  </button>
);
