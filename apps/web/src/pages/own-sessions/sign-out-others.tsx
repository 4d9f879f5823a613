import { useEffect, useRef, useState } from "react";
import { showSuccess } from "../../app/toasts.js";
import { formatCount } from "../../text/format.js";
import { problemMessage } from "../../text/problem-message.js";
import { type Confirmation, ConfirmDialog } from "../account/confirm-dialog.js";
import { useEndOwnOtherSessions } from "./use-own-sessions.js";

/**
 * **Sign out other sessions**, with a confirmation; a note if there are none.
 *
 * @param count the number of other sessions; null if not all are loaded
 */
export function SignOutOthers({ count }: { count: number | null }) {
  const [isConfirming, setIsConfirming] = useState(false);
  const end = useEndOwnOtherSessions();
  const container = useRef<HTMLDivElement>(null);
  const hasEnded = useRef(false);
  const isOffered = count !== 0 || isConfirming;
  useEffect(() => {
    // The button is removed when no other session is left; move its focus to the container.
    if (isOffered || !hasEnded.current) return;
    hasEnded.current = false;
    container.current?.focus();
  }, [isOffered]);
  const close = () => {
    setIsConfirming(false);
    end.reset();
  };
  const confirm = () =>
    end.mutate(undefined, {
      onSuccess({ revoked_count }) {
        hasEnded.current = true;
        close();
        showSuccess(`${formatCount(revoked_count, "session")} signed out`);
      },
    });
  return (
    <div ref={container} tabIndex={-1}>
      {isOffered ? (
        <button
          type="button"
          className="curfew-button"
          data-kind="danger-quiet"
          onClick={() => setIsConfirming(true)}
        >
          Sign out other sessions
        </button>
      ) : (
        <p className="text-quiet">You are signed in nowhere else.</p>
      )}
      <ConfirmDialog
        confirmation={isConfirming ? othersConfirmation(count) : null}
        busy={end.isPending}
        fault={end.error && problemMessage(end.error)}
        onConfirm={confirm}
        onCancel={close}
      />
    </div>
  );
}

/** @param count the number of other sessions; null if unknown */
export function othersConfirmation(count: number | null): Confirmation {
  const others = count === null ? "all your other sessions" : `your ${formatCount(count, "other session")}`;
  return {
    title: "Sign out your other sessions?",
    text: `This ends ${others} at once. This device stays signed in.`,
    confirm: count === null ? "Sign out all others" : `Sign out ${formatCount(count, "other session")}`,
    isDestructive: true,
  };
}
