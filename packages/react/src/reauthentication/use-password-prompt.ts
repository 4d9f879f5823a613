import type { EndReason, SessionState } from "@curfew/client";
import { useState, useSyncExternalStore } from "react";
import { useProvided } from "../session/context.js";
import { useHasUnsavedInput } from "../session/unsaved-input.js";
import { useSession } from "../session/use-session.js";
import { ReauthenticationContext, type RequestKind } from "./reauthentication-requests.js";

/** Why the dialog asks for the password; `none` if it does not. */
export type PasswordPrompt =
  | { readonly kind: "none" }
  /** It was requested, or the server rejects this browser's DPoP proof. */
  | { readonly kind: RequestKind | "unproven"; readonly email: string }
  /** The session ended while a form held unsaved input; `lost` if nobody knows it any more. */
  | { readonly kind: "ended"; readonly email: string; readonly reason: EndReason | "lost" };

/**
 * Decides whether to ask for the password in place.
 *
 * @param pending what was requested
 * @param hasUnsavedInput whether a form holds unsaved input
 * @param email the last signed-in user of this tab; null if there was none
 */
export function passwordPrompt(
  state: SessionState,
  pending: RequestKind | null,
  hasUnsavedInput: boolean,
  email: string | null,
): PasswordPrompt {
  if (state.status === "signed_in") {
    const kind = state.needs_sign_in ? "unproven" : pending;
    return kind ? { kind, email: state.user.email } : { kind: "none" };
  }
  if (state.status === "loading" || email === null || !hasUnsavedInput) return { kind: "none" };
  // Without a reason and not lost: the user has signed out.
  const reason = state.ended?.reason ?? (state.lost && "lost");
  return reason ? { kind: "ended", email, reason } : { kind: "none" };
}

/** The current password prompt. Remembers the user's e-mail after the session ends only while the prompt needs it. */
export function usePasswordPrompt(): PasswordPrompt {
  const state = useSession();
  const requests = useProvided(ReauthenticationContext);
  const hasUnsavedInput = useHasUnsavedInput();
  const pending = useSyncExternalStore(requests.subscribe, requests.pending, requests.pending);
  const [email, setEmail] = useState<string | null>(null);
  const prompt = passwordPrompt(state, pending, hasUnsavedInput, email);
  const nextEmail = state.status === "signed_in" ? state.user.email : prompt.kind === "ended" ? email : null;
  if (nextEmail !== email) setEmail(nextEmail);
  return prompt;
}
