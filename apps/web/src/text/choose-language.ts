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
  const tag = preferred.find((candidate) => SPOKEN.test(candidate)) ?? "";
  const language = /^de/i.test(tag) ? "de" : "en";
  return { language, locale: localeOf(tag) ?? (language === "de" ? "de" : "en-GB") };
}

/** The tag as BCP 47 has it; undefined if it is none. Chromium on Linux may prefer `en-US@posix`, from the system's locale. */
function localeOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replace(/[^a-z\d-].*/i, ""))[0];
  } catch {
    return undefined;
  }
}
