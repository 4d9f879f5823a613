import { TriangleAlert } from "lucide-react";

/** What is wrong with a whole form, told at once to whoever listens. */
export const FormFault = ({ words }: { words: string | null }) => (
  // Empty, it is there for screen readers alone and takes no row of the form.
  <div role="alert" className="empty:absolute">
    {words !== null && (
      <p className="curfew-note" data-tone="danger">
        <TriangleAlert className="curfew-icon" aria-hidden="true" />
        <span>{words}</span>
      </p>
    )}
  </div>
);
