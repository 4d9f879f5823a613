import { foldForSearch } from "@curfew/core/fold";

/** A part of a text, and whether it is what was searched for. */
export interface TextPart {
  readonly text: string;
  readonly isFound: boolean;
}

/**
 * Splits a text where the server's search finds `q` in it: in any case, with or without accents. A letter of which only a part was
 * found, such as `ß` by `s`, is found as a whole, and with it the accents that follow.
 *
 * @param q what was searched for; white space around it does not count
 * @returns parts that make up the text
 * @example foundParts("Zoë Übel", "oe u") // Z, oë Ü (found), bel
 */
export function foundParts(text: string, q: string): TextPart[] {
  const wanted = foldForSearch(q.trim());
  const parts: { text: string; isFound: boolean }[] = [];
  if (wanted === "") return [{ text, isFound: false }];
  const { folded, letters } = lettersOf(text);
  let at = folded.indexOf(wanted);
  for (const letter of letters) {
    while (at >= 0 && at + wanted.length <= letter.from) at = folded.indexOf(wanted, at + wanted.length);
    const isFound = at >= 0 && at < letter.to;
    const last = parts.at(-1);
    if (last?.isFound === isFound) last.text += letter.text;
    else parts.push({ text: letter.text, isFound });
  }
  return parts;
}

interface Letter {
  text: string;
  /** Where the folded text has it. */
  readonly from: number;
  readonly to: number;
}

/** The text folded, and its letters with the accents that follow them. Each code point folds for itself. */
function lettersOf(text: string) {
  let folded = "";
  const letters: Letter[] = [];
  for (const character of text) {
    const from = folded.length;
    folded += foldForSearch(character);
    const last = letters.at(-1);
    if (folded.length === from && last !== undefined) last.text += character;
    else letters.push({ text: character, from, to: folded.length });
  }
  return { folded, letters };
}
