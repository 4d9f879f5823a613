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

/** Letters that Unicode doesn't decompose, each before what people type for it on a keyboard that lacks it (CLDR's Latin-ASCII). */
const PLAIN = "æaeðdøoþthđdħhłlŋnœoeŧt";

/**
 * Folds text for a search: as `foldText`, with the plain letters that people type for those such as `ł` and `æ`. Each code point
 * folds for itself.
 *
 * @example foldForSearch("Łukasz Ærø") // "lukasz aero"
 */
export const foldForSearch = (text: string): string =>
  foldText(text).replaceAll(/[æ-ŧ]/g, (letter) => PLAIN.match(`${letter}([a-z]+)`)?.[1] ?? letter);
