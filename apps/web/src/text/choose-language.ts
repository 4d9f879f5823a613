/** A language of the web app, and the browser's variant of it. */
export interface Language {
  readonly language: "en" | "de";
  /** BCP 47 tag that formats times and counts. */
  readonly locale: string;
}

const SPOKEN = /^(en|de)(?:-|$)/i;

/**
 * The first of the browser's languages that the web app has texts in; English if there is none.
 *
 * @param preferred `navigator.languages`
 * @example chooseLanguage(["fr", "de-AT", "en"]) // { language: "de", locale: "de-AT" }
 */
export function chooseLanguage(preferred: readonly string[]): Language {
  const locale = preferred.find((tag) => SPOKEN.test(tag)) ?? "en-GB";
  return { language: /^de/i.test(locale) ? "de" : "en", locale };
}
