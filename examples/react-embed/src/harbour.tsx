import type { CurfewSession } from "@curfew/client";
import { en, SessionProvider } from "@curfew/react";
import { de } from "@curfew/react/texts/de";
import { useEffect, useState } from "react";
import { Deck } from "./deck.js";
import type { Language } from "./language.js";

const TEXTS = { en, de };

/** Harbour, a small notes tool that is not ours: its own look, Curfew's sessions. */
export function Harbour({ session }: { session: CurfewSession }) {
  const [language, setLanguage] = useState<Language>("en");
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <SessionProvider session={session} texts={TEXTS[language]}>
      <Deck language={language} onLanguage={setLanguage} />
    </SessionProvider>
  );
}
