import type { ReactNode, Ref } from "react";

/**
 * A list in a frame, with a line between its rows.
 *
 * @param label its accessible name, where no heading names it
 * @param ref takes the focus when a row that had it leaves
 */
export const Rows = ({
  label,
  ref,
  children,
}: {
  label: string;
  ref?: Ref<HTMLUListElement>;
  children: ReactNode;
}) => (
  <ul
    ref={ref}
    tabIndex={ref === undefined ? undefined : -1}
    aria-label={label}
    className="divide-line border-line divide-y rounded border"
  >
    {children}
  </ul>
);
