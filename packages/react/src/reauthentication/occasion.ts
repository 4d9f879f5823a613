import type { EndReason, SessionState } from "@curfew/client";

/** Why the person is asked for the password, if they are. */
export type Occasion =
  | { readonly kind: "none" }
  /** A call loosens security. */
  | { readonly kind: "confirm"; readonly email: string }
  /** The server takes no proof of this browser's. */
  | { readonly kind: "unproven"; readonly email: string }
  /** The session ended while a form held input that is not saved. */
  | { readonly kind: "ended"; readonly email: string; readonly reason: EndReason };

/**
 * Decides whether to ask for the password in place.
 *
 * @param isAsked a call waits for it
 * @param hasUnsavedInput some form holds input that is not saved
 * @param email of who was signed in last in this tab; null where nobody was
 */
export function occasionOf(
  state: SessionState,
  isAsked: boolean,
  hasUnsavedInput: boolean,
  email: string | null,
): Occasion {
  if (state.status === "signed_in") {
    if (state.needs_sign_in) return { kind: "unproven", email: state.user.email };
    return isAsked ? { kind: "confirm", email: state.user.email } : { kind: "none" };
  }
  if (state.status === "loading" || email === null || state.ended === null || !hasUnsavedInput)
    return { kind: "none" };
  return { kind: "ended", email, reason: state.ended.reason };
}
