import type { ReactNode } from "react";

/** A field with its label above it, and what belongs to it below. */
export const Labelled = ({ label, id, children }: { label: string; id: string; children: ReactNode }) => (
  <div className="curfew-field">
    <label htmlFor={id} className="curfew-label">
      {label}
    </label>
    {children}
  </div>
);
