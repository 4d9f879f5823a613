import { chooseLanguage } from "../../text/choose-language.js";
import { addTexts } from "../../text/translate.js";
import { SignedInGate } from "./signed-in-gate.js";

/** Loads the texts of the signed-in pages, which no other page needs, before the first of these pages is shown. */
export async function loadGate(): Promise<{ SignedInGate: typeof SignedInGate }> {
  if (chooseLanguage(navigator.languages).language === "de")
    await import("../../text/german-account.js").then(
      ({ germanAccount }) => addTexts(germanAccount),
      // They stay in English.
      () => {},
    );
  return { SignedInGate };
}
