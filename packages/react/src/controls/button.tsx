import type { ComponentProps } from "react";

/**
 * A button, whose call may be in flight. While busy it stays focusable: `disabled` would drop the focus.
 *
 * @param busyLabel stands in place of the label while `busy`
 */
export const Button = ({
  busy,
  busyLabel,
  kind,
  children,
  ...attributes
}: ComponentProps<"button"> & {
  busy?: boolean;
  busyLabel?: string;
  kind?: "primary" | "plain" | "danger" | "danger-quiet";
}) => (
  <button
    type="button"
    className="curfew-button"
    data-kind={kind}
    aria-disabled={busy}
    aria-busy={busy}
    {...attributes}
  >
    {busy ? busyLabel : children}
  </button>
);
