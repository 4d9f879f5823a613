import { isCurfewProblem } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { type SubmitEvent, useState } from "react";
import type { Words } from "./language.js";

/** Harbour's own sign-in form, based on `session.signIn`. */
export function SignIn({ words, onSignedIn }: { words: Words; onSignedIn: () => void }) {
  const session = useCurfew();
  const [state, setState] = useState<"idle" | "busy" | "refused">("idle");
  const submit = async (form: FormData) => {
    setState("busy");
    try {
      await session.signIn({ email: String(form.get("email")), password: String(form.get("password")) });
      onSignedIn();
    } catch (error) {
      if (!isCurfewProblem(error)) throw error;
      setState("refused");
    }
  };
  return (
    <form
      className="sign-in"
      onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      <h1>{words.signIn}</h1>
      <label>
        {words.email}
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        {words.password}
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {state === "refused" && <p role="alert">{words.refused}</p>}
      <button type="submit" disabled={state === "busy"}>
        {words.signIn}
      </button>
    </form>
  );
}
