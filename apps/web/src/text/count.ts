import { currentLocale, type English, t } from "./translate.js";

/**
 * A text about a count, in the person's language.
 *
 * @param one the text for one, in English, with the placeholder `{count}`
 * @param many the text for every other count
 * @example tCount(3, "{count} session signed out", "{count} sessions signed out") // "3 Sitzungen beendet"
 */
export const tCount = (count: number, one: English, many: English): string =>
  t(new Intl.PluralRules(currentLocale()).select(count) === "one" ? one : many, { count: String(count) });
