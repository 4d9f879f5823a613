import { CurfewProblem } from "@curfew/client";
import { useState } from "react";
import {
  ReauthenticationDialog,
  useHasUnsavedInput,
  useReauthentication,
  useUnsavedInput,
} from "../../src/index.js";

export const problem = (
  code: "reauthentication_required" | "invalid_credentials" | "unavailable" | "email_taken",
) => new CurfewProblem({ code, status: 400, detail: code, errors: [] });

/**
 * A form with something typed, whose button makes a call that may need the password once more.
 *
 * @param call made by **Send**; what came of it is shown
 */
export function AskingPage({ call, typed = false }: { call: () => Promise<string>; typed?: boolean }) {
  const reauthenticated = useReauthentication();
  const [outcome, setOutcome] = useState("not sent");
  useUnsavedInput(typed);
  const send = () =>
    void reauthenticated(call)
      .catch((error: CurfewProblem) => `rejected: ${error.code}`)
      .then(setOutcome);
  return (
    <>
      <label>
        Note <input defaultValue="typed by hand" />
      </label>
      <button type="button" onClick={send}>
        Send
      </button>
      <p>outcome: {outcome}</p>
      <p>{useHasUnsavedInput() ? "holds input" : "holds nothing"}</p>
      <ReauthenticationDialog />
    </>
  );
}

/** A call that needs the password until somebody has signed in. */
export function guarded(isSignedIn: () => boolean) {
  return async () => {
    if (!isSignedIn()) throw problem("reauthentication_required");
    return "done";
  };
}
