import { foldText } from "./fold.js";

/** As many code points as a name of the service has. A host may give longer ones, of which the beginning counts. */
const LENGTH_MAX = 200;

/**
 * What people are listed by, before their names: the name without accents and without case, as a person looks for it in a list
 * (NFKD, marks dropped, case folded). At most 200 code points.
 *
 * @example nameKeyOf("Zoë Übel") // "zoe ubel"
 */
export const nameKeyOf = (name: string): string => beginningOf(foldText(beginningOf(name)));

/** A code point has at most two code units. */
const beginningOf = (text: string): string =>
  Array.from(text.slice(0, 2 * LENGTH_MAX))
    .slice(0, LENGTH_MAX)
    .join("");
