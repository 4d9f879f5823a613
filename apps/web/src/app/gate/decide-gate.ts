import type { SessionEnd, SessionState } from "@curfew/client";
import { PATHS } from "../paths.js";
import { signInAddress } from "../sign-in-address.js";

/** What a signed-in page may do as things stand. */
export type Gate =
  | { readonly kind: "open" }
  /** Nothing is known yet. */
  | { readonly kind: "waiting"; readonly reconnecting: boolean }
  /** The session ended under something typed: the page stays as it is, out of sight, while the password is asked for. */
  | { readonly kind: "held" }
  /** Nobody was signed in, and this is the first page: there may be no account yet. */
  | { readonly kind: "first_visit" }
  | { readonly kind: "leave"; readonly to: string; readonly ended: SessionEnd | null }
  /** Another person has signed in to this browser: nothing of the first one's may stay. */
  | { readonly kind: "somebody_else" };

export interface GateFacts {
  readonly state: SessionState;
  /** Whose page this tab has been showing. */
  readonly seenUserId: string | null;
  /** Where the tab is: path, query and fragment. */
  readonly at: string;
  readonly hasUnsavedInput: boolean;
}

/** Decides whether a signed-in page shows, waits or gives way. */
export function decideGate({ state, seenUserId, at, hasUnsavedInput }: GateFacts): Gate {
  switch (state.status) {
    case "loading":
      return { kind: "waiting", reconnecting: state.reconnecting };
    case "signed_in":
      return seenUserId !== null && seenUserId !== state.user.id
        ? { kind: "somebody_else" }
        : { kind: "open" };
    case "signed_out":
      if (state.ended !== null)
        return hasUnsavedInput && seenUserId !== null
          ? { kind: "held" }
          : { kind: "leave", to: signInAddress(state.ended, at), ended: state.ended };
      if (state.user_id !== null || seenUserId !== null)
        return { kind: "leave", to: PATHS.login, ended: null };
      return at === PATHS.home
        ? { kind: "first_visit" }
        : { kind: "leave", to: signInAddress(null, at), ended: null };
  }
}
