/**
 * Folds text as lists of people are ordered by: NFKD, marks dropped, case folded. Each code point folds for itself,
 * whatever stands beside it. Letters that upper case replaces by two, such as `ß`, come out as those. The final sigma is the same
 * letter as the other.
 *
 * @example foldText("Zoë Strauß") // "zoe strauss"
 */
export const foldText = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("ς", "σ");

/** Letters that Unicode doesn't decompose, and what people type for them on a keyboard that lacks them (CLDR's Latin-ASCII). */
const PLAIN: Readonly<Record<string, string>> = {
  æ: "ae",
  ð: "d",
  ø: "o",
  þ: "th",
  đ: "d",
  ħ: "h",
  ł: "l",
  ŋ: "n",
  œ: "oe",
  ŧ: "t",
};

/**
 * Folds text for a search: as `foldText`, with the plain letters that people type for those such as `ł` and `æ`. Each code point
 * folds for itself.
 *
 * @example foldForSearch("Łukasz Ærø") // "lukasz aero"
 */
export const foldForSearch = (text: string): string =>
  foldText(text).replaceAll(/[æ-ŧ]/g, (letter) => PLAIN[letter] ?? letter);
