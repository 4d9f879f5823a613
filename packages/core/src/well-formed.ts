/** Returns a text as UTF-8 holds it: half of a surrogate pair becomes U+FFFD. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\uFFFD");
