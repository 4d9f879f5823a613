import { useEffect, useRef, useState } from "react";
import { showSuccess } from "../../app/toasts.js";
import { tCount } from "../../text/count.js";
import { problemMessage } from "../../text/problem-message.js";
import { t } from "../../text/translate.js";
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
        showSuccess(tCount(revoked_count, "{count} session signed out", "{count} sessions signed out"));
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
          {t("Sign out other sessions")}
        </button>
      ) : (
        <p className="text-quiet">{t("You are signed in nowhere else.")}</p>
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
export const othersConfirmation = (count: number | null): Confirmation => ({
  title: t("Sign out your other sessions?"),
  text:
    count === null
      ? t("This ends all your other sessions at once. This device stays signed in.")
      : tCount(
          count,
          "This ends your {count} other session at once. This device stays signed in.",
          "This ends your {count} other sessions at once. This device stays signed in.",
        ),
  confirm:
    count === null
      ? t("Sign out all others")
      : tCount(count, "Sign out {count} other session", "Sign out {count} other sessions"),
  isDestructive: true,
});
