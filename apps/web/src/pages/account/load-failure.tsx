import { problemWords } from "../../words/problem-words.js";

/**
 * Says that something could not be loaded, and offers **Try again**.
 *
 * @param busy another try is under way
 */
export const LoadFailure = ({
  problem,
  busy,
  onAgain,
}: {
  problem: Error;
  busy: boolean;
  onAgain: () => void;
}) => (
  <div className="curfew-note" data-tone="danger" role="alert">
    <p>This could not be loaded. {problemWords(problem)}</p>
    <button
      type="button"
      className="curfew-button"
      aria-busy={busy}
      aria-disabled={busy}
      onClick={busy ? undefined : onAgain}
    >
      {busy ? "Trying again…" : "Try again"}
    </button>
  </div>
);
