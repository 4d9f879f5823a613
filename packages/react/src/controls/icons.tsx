import type { ReactNode } from "react";

// Every icon stands next to text, so all are hidden from screen readers.
const icon = (drawing: ReactNode) =>
  function Icon() {
    return (
      <svg className="curfew-icon" viewBox="0 0 16 16" aria-hidden="true">
        {drawing}
      </svg>
    );
  };

const circle = <circle cx="8" cy="8" r="6.25" />;

export const InfoIcon = icon(
  <>
    {circle}
    <path d="M8 7.25v4M8 4.75v.01" />
  </>,
);
export const WarningIcon = icon(
  <>
    <path d="M8 2 14.5 13.5h-13Z" />
    <path d="M8 6.5v3.25M8 11.5v.01" />
  </>,
);
export const FaultIcon = icon(
  <>
    {circle}
    <path d="M8 4.75v4M8 11.25v.01" />
  </>,
);
export const CheckIcon = icon(<path d="m3 8.5 3.25 3.25L13 4.75" />);
export const DashIcon = icon(<path d="M4 8h8" />);
export const ChevronIcon = icon(<path d="m6 3.5 4.5 4.5L6 12.5" />);
