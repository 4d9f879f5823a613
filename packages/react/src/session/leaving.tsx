import type { SessionState } from "@curfew/client";
import { useEffect, useRef } from "react";
import { ReauthenticationContext } from "../reauthentication/reauthentication-requests.js";
import { usePasswordPrompt } from "../reauthentication/use-password-prompt.js";
import { useProvided } from "./context.js";
import { placedUserOf } from "./placed-user.js";
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
  const shownUser = useRef<string | null>(null);
  const signedOut = state.status === "signed_out" ? state : null;
  const isLeft = signedOut !== null && !isAskedFor;
  const user = placedUserOf(state);

  useEffect(() => {
    newest.current = handlers;
  });
  useEffect(() => {
    const { onSignedOut } = newest.current;
    if (!isLeft || onSignedOut === undefined) return;
    // Or the browser asks whether to leave a page that nobody is signed in to.
    unsavedInput.discard();
    onSignedOut(signedOut);
  }, [isLeft, signedOut, unsavedInput]);
  useEffect(() => {
    if (user === null || user === shownUser.current) return;
    const isOther = shownUser.current !== null;
    shownUser.current = user;
    if (!isOther) return;
    // It belongs to the user and the account of before.
    unsavedInput.discard();
    newest.current.onOtherUser?.();
  }, [user, unsavedInput]);
  return null;
}
