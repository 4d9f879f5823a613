/**
 * Folds text as lists of people are ordered and searched by: NFKD, marks dropped, case folded. Each code point folds for itself,
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
