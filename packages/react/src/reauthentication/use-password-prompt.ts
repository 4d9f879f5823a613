import type { EndReason, SessionState } from "@curfew/client";
import { useState, useSyncExternalStore } from "react";
import { useProvided } from "../session/context.js";
import { useHasUnsavedInput } from "../session/unsaved-input.js";
import { useSession } from "../session/use-session.js";
import { ReauthenticationContext } from "./reauthentication-requests.js";

/** Why the dialog asks for the password; `none` if it does not. */
export type PasswordPrompt =
  | { readonly kind: "none" }
  /** A call requires a recent sign-in. */
  | { readonly kind: "confirm"; readonly email: string }
  /** The server rejects this browser's DPoP proof. */
  | { readonly kind: "unproven"; readonly email: string }
  /** The session ended while a form held unsaved input. */
  | { readonly kind: "ended"; readonly email: string; readonly reason: EndReason };

/**
 * Decides whether to ask for the password in place.
 *
 * @param isPending whether a call waits for a recent sign-in
 * @param hasUnsavedInput whether a form holds unsaved input
 * @param email the last signed-in user of this tab; null if there was none
 */
export function passwordPrompt(
  state: SessionState,
  isPending: boolean,
  hasUnsavedInput: boolean,
  email: string | null,
): PasswordPrompt {
  if (state.status === "signed_in") {
    if (state.needs_sign_in) return { kind: "unproven", email: state.user.email };
    return isPending ? { kind: "confirm", email: state.user.email } : { kind: "none" };
  }
  if (state.status === "loading" || email === null || state.ended === null || !hasUnsavedInput)
    return { kind: "none" };
  return { kind: "ended", email, reason: state.ended.reason };
}

/** The current password prompt. Remembers the user's e-mail after the session ends only while the prompt needs it. */
export function usePasswordPrompt(): PasswordPrompt {
  const state = useSession();
  const requests = useProvided(ReauthenticationContext);
  const hasUnsavedInput = useHasUnsavedInput();
  const isPending = useSyncExternalStore(requests.subscribe, requests.isPending, requests.isPending);
  const [email, setEmail] = useState<string | null>(null);
  const prompt = passwordPrompt(state, isPending, hasUnsavedInput, email);
  const nextEmail = state.status === "signed_in" ? state.user.email : prompt.kind === "ended" ? email : null;
  if (nextEmail !== email) setEmail(nextEmail);
  return prompt;
}
