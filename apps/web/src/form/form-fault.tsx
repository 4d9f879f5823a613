import { TriangleAlert } from "lucide-react";

/** What is wrong with a whole form, told at once to whoever listens. */
export const FormFault = ({ words }: { words: string | null }) => (
  <div role="alert">
    {words !== null && (
      <p className="curfew-note" data-tone="danger">
        <TriangleAlert className="curfew-icon" aria-hidden="true" />
        <span>{words}</span>
      </p>
    )}
  </div>
);
