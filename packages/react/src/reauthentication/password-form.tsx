import { useEffect, useId, useRef } from "react";
import { FaultIcon } from "../controls/icons.js";
import { useCurfew, useTexts } from "../provider/context.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import type { Occasion } from "./occasion.js";

/** Whose password it is, the password, and what came of it. */
export function PasswordForm({
  occasion,
  onConfirmed,
  onCancel,
}: {
  occasion: Exclude<Occasion, { kind: "none" }>;
  onConfirmed: () => void;
  onCancel: () => void;
}) {
  const session = useCurfew();
  const { reauthentication: texts, dialog } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const signIn = useAction(async () => {
    await session.signIn({ email: occasion.email, password: input.current?.value ?? "" });
    onConfirmed();
  });
  const isWrong = signIn.problem?.code === "invalid_credentials";
  useEffect(() => {
    if (signIn.problem === null) return;
    input.current?.focus();
    input.current?.select();
  }, [signIn.problem]);
  const why = occasion.kind === "ended" ? texts.ended(texts.endings[occasion.reason]) : texts[occasion.kind];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn.run();
      }}
    >
      <p>{why}</p>
      <p className="curfew-quiet">{texts.signInAs(occasion.email)}</p>
      {/* Tells password managers whose password is asked for. */}
      <input type="email" autoComplete="username" value={occasion.email} readOnly hidden />
      <div className="curfew-field">
        <label htmlFor={id} className="curfew-label">
          {texts.password}
        </label>
        <input
          ref={input}
          id={id}
          className="curfew-input"
          type="password"
          autoComplete="current-password"
          required
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-fault` : undefined}
          readOnly={signIn.busy}
        />
        {isWrong && (
          <p id={`${id}-fault`} className="curfew-fault" role="alert">
            <FaultIcon /> {texts.wrongPassword}
          </p>
        )}
      </div>
      {!isWrong && <Failure problem={signIn.problem} />}
      <div className="curfew-dialog-actions">
        <button type="button" className="curfew-button" onClick={onCancel}>
          {dialog.cancel}
        </button>
        <button
          type="submit"
          className="curfew-button"
          data-kind="primary"
          aria-disabled={signIn.busy}
          aria-busy={signIn.busy}
        >
          {signIn.busy ? texts.submitting : texts.submit}
        </button>
      </div>
    </form>
  );
}
