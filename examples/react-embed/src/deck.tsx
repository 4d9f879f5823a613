import {
  ReauthenticationDialog,
  SessionExpiryNotice,
  useCurfew,
  useHasUnsavedInput,
  useSession,
} from "@curfew/react";
import { useState } from "react";
import { type Language, WORDS } from "./language.js";
import { Notes } from "./notes.js";
import { Security } from "./security.js";
import { SignIn } from "./sign-in.js";

/** The frame: header, notice, one of two pages, and the password in place. */
export function Deck({
  language,
  onLanguage,
}: {
  language: Language;
  onLanguage: (language: Language) => void;
}) {
  const words = WORDS[language];
  const session = useCurfew();
  const state = useSession();
  const hasUnsavedInput = useHasUnsavedInput();
  const [page, setPage] = useState<"notes" | "security">("notes");
  const [wantsSignIn, setWantsSignIn] = useState(() => new URLSearchParams(location.search).has("sign-in"));
  const isSignedIn = state.status === "signed_in" && !wantsSignIn;
  // Ended under something typed: the page stays, out of sight, while the dialog asks for the password.
  const isHeld = state.status === "signed_out" && state.ended !== null && hasUnsavedInput;
  const signedIn = () => {
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
        {(wantsSignIn || state.status === "signed_out") && !isHeld && (
          <SignIn words={words} onDone={signedIn} />
        )}
        {(isSignedIn || isHeld) && (
          <div hidden={isHeld}>{page === "notes" ? <Notes words={words} /> : <Security words={words} />}</div>
        )}
      </main>
      <ReauthenticationDialog />
    </>
  );
}
