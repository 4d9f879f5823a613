import { expect, test } from "vitest";
import { chooseLanguage } from "../../../src/text/choose-language.js";

test.each([
  [["de-AT", "en"], "de", "de-AT"],
  [["en-US", "de"], "en", "en-US"],
  [["fr-FR", "de", "en"], "de", "de"],
  [["fr"], "en", "en-GB"],
  [["en-US@posix"], "en", "en-US"],
  [["de_DE.UTF-8", "en"], "en", "en"],
  [["de-"], "de", "de"],
  [["en-x"], "en", "en-GB"],
  [["den", "english"], "en", "en-GB"],
  [[], "en", "en-GB"],
])("a browser that prefers %j gets %s, with times as in %s", (preferred, language, locale) => {
  expect(chooseLanguage(preferred)).toEqual({ language, locale });
});
