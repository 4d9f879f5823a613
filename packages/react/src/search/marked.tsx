import { breakable } from "../controls/breakable.js";
import { foundParts } from "./found-parts.js";

/**
 * A text in which what was searched for is marked, as the server folds it.
 *
 * @param q what was searched for; empty: nothing is marked
 * @example <Marked text={member.name} q={q} />
 */
export const Marked = ({ text, q }: { text: string; q: string }) =>
  foundParts(text, q).map((part, index) =>
    part.isFound ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other identity
      <mark key={index} className="curfew-mark">
        {part.text}
      </mark>
    ) : (
      breakable(part.text)
    ),
  );
