import { useCurfew } from "@curfew/react";
import { useState } from "react";
import { problemWords } from "../../words/problem-words.js";
import { tellTrouble } from "../toasts/toasts.js";

/** Ends the session here and now; the gate then leads every tab to the sign-in page. */
export function SignOutButton() {
  const session = useCurfew();
  const [isBusy, setIsBusy] = useState(false);
  const signOut = async () => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await session.signOut();
    } catch (problem) {
      tellTrouble(`You are still signed in. ${problemWords(problem)}`);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <button
      type="button"
      className="curfew-button shrink-0"
      aria-busy={isBusy}
      aria-disabled={isBusy}
      onClick={signOut}
    >
      {isBusy ? "Signing out…" : "Sign out"}
    </button>
  );
}
