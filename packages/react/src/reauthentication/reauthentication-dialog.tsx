import { useEffect } from "react";
import { Dialog } from "../controls/dialog.js";
import { useProvided } from "../provider/context.js";
import { PasswordForm } from "./password-form.js";
import { useOccasion } from "./use-occasion.js";

/**
 * Asks for the password in place: before a call that loosens security, where the server takes no proof of this
 * browser's, and where the session ended under a form with unsaved input. Belongs once beneath the provider.
 *
 * Cancelling the first rejects the call. Cancelling the others gives up what was typed: `useHasUnsavedInput` turns
 * false, and the host leads to its sign-in page as for any session that is over.
 *
 * @example <SessionProvider session={session}><App /><ReauthenticationDialog /></SessionProvider>
 */
export function ReauthenticationDialog() {
  const { desk, session, unsaved, texts } = useProvided();
  const occasion = useOccasion();
  const isSignedOut = occasion.kind === "none" && session.getState().status === "signed_out";
  useEffect(() => desk.attend(), [desk]);
  useEffect(() => {
    if (isSignedOut) desk.settle(false);
  }, [desk, isSignedOut]);
  const cancel = () => {
    desk.settle(false);
    if (occasion.kind === "confirm") return;
    unsaved.giveUp();
    if (occasion.kind === "unproven") session.leave();
  };
  return (
    <Dialog open={occasion.kind !== "none"} title={texts.reauthentication.title} onClose={cancel}>
      {occasion.kind !== "none" && (
        <PasswordForm occasion={occasion} onConfirmed={() => desk.settle(true)} onCancel={cancel} />
      )}
    </Dialog>
  );
}
