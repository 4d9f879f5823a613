/**
 * A text in English, which is translated where it is shown. A table of texts has this type, so that the test of the translations
 * knows it.
 */
export type English = string;

/** Texts of another language by their English ones, with the same placeholders. */
export type Dictionary = Readonly<Record<string, string>>;

let dictionary: Dictionary = {};
let formatLocale = "en-GB";

/**
 * Sets the language of every text that is rendered from now on.
 *
 * @param locale BCP 47 tag that formats times and counts
 * @param texts of the language; default: English
 */
export function setLanguage(locale: string, texts: Dictionary = {}): void {
  formatLocale = locale;
  dictionary = texts;
}

/** Adds texts to those of the language. */
export function addTexts(texts: Dictionary): void {
  dictionary = { ...dictionary, ...texts };
}

/** BCP 47 tag that formats times and counts. */
export const currentLocale = (): string => formatLocale;

/**
 * The text in the person's language, or in English where there is none.
 *
 * @param text in English, with placeholders in braces
 * @example t("Hello, {name}", { name: "Ada" }) // "Hallo, Ada"
 */
export const t = (text: English, values: Readonly<Record<string, string>> = {}): string =>
  (Object.hasOwn(dictionary, text) ? (dictionary[text] ?? text) : text).replace(
    /\{(\w+)\}/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
