import type { ComponentProps } from "react";
import type { Action } from "../server-state/use-action.js";

/**
 * A button, whose call may be in flight. While busy it stays focusable: `disabled` would drop the focus.
 *
 * @param action what a click runs; the button is busy as long as it is
 * @param busyLabel stands in place of the label while `busy`
 */
export const Button = ({
  action,
  busy = action?.busy,
  busyLabel,
  kind,
  children,
  ...attributes
}: ComponentProps<"button"> & {
  action?: Pick<Action, "busy" | "run">;
  busy?: boolean | undefined;
  busyLabel?: string;
  kind?: "primary" | "plain" | "danger" | "danger-quiet";
}) => (
  <button
    type="button"
    className="curfew-button"
    data-kind={kind}
    aria-disabled={busy}
    aria-busy={busy}
    onClick={action && (() => void action.run())}
    {...attributes}
  >
    {busy ? busyLabel : children}
  </button>
);
