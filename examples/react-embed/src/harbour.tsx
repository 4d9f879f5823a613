import type { CurfewSession } from "@curfew/client";
import {
  en,
  ReauthenticationDialog,
  SessionExpiryNotice,
  SessionProvider,
  useCurfew,
  useHasUnsavedInput,
  useSession,
} from "@curfew/react";
import { de } from "@curfew/react/texts/de";
import { useEffect, useState } from "react";
import { type Language, WORDS } from "./language.js";
import { Notes } from "./notes.js";
import { Security } from "./security.js";
import { SignIn } from "./sign-in.js";

const TEXTS = { en, de };

/** Harbour, a small notes app with its own look, and sessions from Curfew. */
export function Harbour({ session }: { session: CurfewSession }) {
  const [language, setLanguage] = useState<Language>("en");
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <SessionProvider session={session} texts={TEXTS[language]}>
      <Layout language={language} onLanguage={setLanguage} />
    </SessionProvider>
  );
}

/** The header, the expiry notice, the current page, and the dialog that asks for the password in place. */
function Layout({ language, onLanguage }: { language: Language; onLanguage: (language: Language) => void }) {
  const words = WORDS[language];
  const session = useCurfew();
  const state = useSession();
  const hasUnsavedInput = useHasUnsavedInput();
  const [page, setPage] = useState<"notes" | "security">("notes");
  const [wantsSignIn, setWantsSignIn] = useState(() => new URLSearchParams(location.search).has("sign-in"));
  const isSignedIn = state.status === "signed_in" && !wantsSignIn;
  // If the session ends over unsaved input, the page stays mounted but hidden while the dialog asks for the password.
  const isPageKept = state.status === "signed_out" && state.ended !== null && hasUnsavedInput;
  const onSignedIn = () => {
    history.replaceState(null, "", location.pathname);
    setWantsSignIn(false);
  };
  return (
    <>
      <SessionExpiryNotice signInHref={() => "?sign-in"} />
      <header>
        <strong>⚓ Harbour</strong>
        {isSignedIn && (
          <nav>
            <button type="button" aria-pressed={page === "notes"} onClick={() => setPage("notes")}>
              {words.notes}
            </button>
            {state.user.role === "owner" && (
              <button type="button" aria-pressed={page === "security"} onClick={() => setPage("security")}>
                {words.security}
              </button>
            )}
            <button type="button" onClick={() => void session.signOut()}>
              {words.signOut}
            </button>
          </nav>
        )}
        <button type="button" onClick={() => onLanguage(language === "en" ? "de" : "en")}>
          {words.language}
        </button>
      </header>
      <main>
        {state.status === "loading" && <p>{words.waiting}</p>}
        {(wantsSignIn || state.status === "signed_out") && !isPageKept && (
          <SignIn words={words} onSignedIn={onSignedIn} />
        )}
        {(isSignedIn || isPageKept) && (
          <div hidden={isPageKept}>
            {page === "notes" ? <Notes words={words} /> : <Security words={words} />}
          </div>
        )}
      </main>
      <ReauthenticationDialog />
    </>
  );
}
