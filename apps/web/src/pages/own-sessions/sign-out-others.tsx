import { useEffect, useRef, useState } from "react";
import { tellDone } from "../../app/toasts/toasts.js";
import { counted } from "../../words/counted.js";
import { problemWords } from "../../words/problem-words.js";
import { ConfirmDialog } from "../account/confirm-dialog.js";
import { othersQuestion } from "./others-question.js";
import { useEndOwnOtherSessions } from "./use-own-sessions.js";

/**
 * **Sign out other sessions**, which asks first; where there are none, says so.
 *
 * @param count how many other sessions there are; null where not all are loaded
 */
export function SignOutOthers({ count }: { count: number | null }) {
  const [isAsking, setIsAsking] = useState(false);
  const end = useEndOwnOtherSessions();
  const place = useRef<HTMLDivElement>(null);
  const hasEnded = useRef(false);
  const isOffered = count !== 0 || isAsking;
  useEffect(() => {
    // The button leaves once there is nothing more for it to do: the focus must not leave with it.
    if (isOffered || !hasEnded.current) return;
    hasEnded.current = false;
    place.current?.focus();
  }, [isOffered]);
  const close = () => {
    setIsAsking(false);
    end.reset();
  };
  const confirm = () =>
    end.mutate(undefined, {
      onSuccess({ revoked_count }) {
        hasEnded.current = true;
        close();
        tellDone(`${counted(revoked_count, "session")} signed out`);
      },
    });
  return (
    <div ref={place} tabIndex={-1}>
      {isOffered ? (
        <button
          type="button"
          className="curfew-button"
          data-kind="danger-quiet"
          onClick={() => setIsAsking(true)}
        >
          Sign out other sessions
        </button>
      ) : (
        <p className="text-quiet">You are signed in nowhere else.</p>
      )}
      <ConfirmDialog
        question={isAsking ? othersQuestion(count) : null}
        busy={end.isPending}
        fault={end.error && problemWords(end.error)}
        onConfirm={confirm}
        onCancel={close}
      />
    </div>
  );
}
