import type { SessionState } from "@curfew/client";
import { useEffect, useRef } from "react";
import { ReauthenticationContext } from "../reauthentication/reauthentication-requests.js";
import { usePasswordPrompt } from "../reauthentication/use-password-prompt.js";
import { useProvided } from "./context.js";
import { UnsavedInputContext } from "./unsaved-input.js";
import { useSession } from "./use-session.js";

/** What a host does with a page whose user is not signed in any more. */
export interface LeavingHandlers {
  onSignedOut?: ((state: Extract<SessionState, { status: "signed_out" }>) => void) | undefined;
  onOtherUser?: (() => void) | undefined;
}

/** Calls the provider's handlers, each once for a change of the session. */
export function Leaving(handlers: LeavingHandlers) {
  const state = useSession();
  const requests = useProvided(ReauthenticationContext);
  const unsavedInput = useProvided(UnsavedInputContext);
  const isAskedFor = usePasswordPrompt().kind === "ended" && requests.hasDialog();
  const newest = useRef(handlers);
  const shownUserId = useRef<string | null>(null);
  const signedOut = state.status === "signed_out" ? state : null;
  const isLeft = signedOut !== null && !isAskedFor;
  const userId = state.status === "signed_in" ? state.user.id : null;

  useEffect(() => {
    newest.current = handlers;
  });
  useEffect(() => {
    if (isLeft) newest.current.onSignedOut?.(signedOut);
  }, [isLeft, signedOut]);
  useEffect(() => {
    if (userId === null || userId === shownUserId.current) return;
    const isOther = shownUserId.current !== null;
    shownUserId.current = userId;
    if (!isOther) return;
    // It is the other user's.
    unsavedInput.discard();
    newest.current.onOtherUser?.();
  }, [userId, unsavedInput]);
  return null;
}
