import { CurfewProblem, isCurfewProblem } from "@curfew/client";
import { useEffect, useId, useRef } from "react";
import { breakable } from "../controls/breakable.js";
import { Button } from "../controls/button.js";
import { Dialog, DialogActions } from "../controls/dialog.js";
import { Fault } from "../controls/fault.js";
import { Labelled } from "../controls/labelled.js";
import { PasswordInput } from "../controls/password-input.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { useCurfew, useProvided, useTexts } from "../session/context.js";
import { UnsavedInputContext } from "../session/unsaved-input.js";
import { ReauthenticationContext } from "./reauthentication-requests.js";
import { type PasswordPrompt, usePasswordPrompt } from "./use-password-prompt.js";

/**
 * Asks for the password in place, or lets the session's `reauthenticate` do it where it has one: before a call that loosens
 * security, for **Sign in now** of the `SessionExpiryNotice`, when the server rejects this browser's proof, and when the session
 * ended while a form held unsaved input, unless the user signed out. Render it once inside the provider.
 *
 * Cancelling rejects the waiting call. In the last two cases it discards the input: `useHasUnsavedInput` turns false, and the
 * host shows its sign-in page as after any end of a session.
 *
 * @throws Error outside a `SessionProvider`
 * @example <SessionProvider session={session}><App /><ReauthenticationDialog /></SessionProvider>
 */
export function ReauthenticationDialog() {
  const session = useCurfew();
  const { reauthentication: texts } = useTexts();
  const requests = useProvided(ReauthenticationContext);
  const unsavedInput = useProvided(UnsavedInputContext);
  const prompt = usePasswordPrompt();
  const isSignedOut = prompt.kind === "none" && session.getState().status === "signed_out";
  useEffect(() => requests.addDialog(), [requests]);
  useEffect(() => {
    if (isSignedOut) requests.settle(false);
  }, [requests, isSignedOut]);
  const cancel = () => {
    requests.settle(false);
    if (prompt.kind === "confirm" || prompt.kind === "renew") return;
    unsavedInput.discard();
    if (prompt.kind === "unproven") session.leave();
  };
  return (
    <Dialog open={prompt.kind !== "none"} title={texts.title} onClose={cancel}>
      {prompt.kind !== "none" && (
        <ConfirmForm prompt={prompt} onConfirmed={() => requests.settle(true)} onCancel={cancel} />
      )}
    </Dialog>
  );
}

function ConfirmForm({
  prompt,
  onConfirmed,
  onCancel,
}: {
  prompt: Exclude<PasswordPrompt, { kind: "none" }>;
  onConfirmed: () => void;
  onCancel: () => void;
}) {
  const session = useCurfew();
  const { reauthentication: texts } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { reauthenticate } = session;
  const signIn = useAction(async () => {
    await (reauthenticate
      ? reauthenticate().catch(asProblem)
      : session.signIn({ email: prompt.email, password: input.current?.value ?? "" }));
    onConfirmed();
  });
  const isWrong = signIn.problem?.code === "invalid_credentials";
  useEffect(() => {
    if (signIn.problem === null) return;
    input.current?.focus();
    input.current?.select();
  }, [signIn.problem]);
  const why = prompt.kind === "ended" ? texts.ended(texts.endings[prompt.reason]) : texts[prompt.kind];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn.run();
      }}
    >
      <p>{why}</p>
      <p className="curfew-quiet">{breakable(texts.signInAs(prompt.email))}</p>
      {!reauthenticate && (
        <>
          {/* For password managers. */}
          <input type="email" autoComplete="username" value={prompt.email} readOnly hidden />
          <Labelled label={texts.password} id={id}>
            <PasswordInput
              ref={input}
              id={id}
              autoComplete="current-password"
              required
              aria-invalid={isWrong}
              aria-describedby={isWrong ? `${id}-fault` : undefined}
              readOnly={signIn.busy}
            />
            {isWrong && (
              <Fault id={`${id}-fault`} role="alert">
                {texts.wrongPassword}
              </Fault>
            )}
          </Labelled>
        </>
      )}
      {!isWrong && <Failure problem={signIn.problem} />}
      <DialogActions onCancel={onCancel}>
        <Button type="submit" kind="primary" busy={signIn.busy} busyLabel={texts.submitting}>
          {texts.submit}
        </Button>
      </DialogActions>
    </form>
  );
}

/** A host's own sign-in may fail with any error, such as that its window was closed. */
function asProblem(error: unknown): never {
  throw isCurfewProblem(error)
    ? error
    : new CurfewProblem({ code: "bad_request", status: 0, detail: String(error) });
}
