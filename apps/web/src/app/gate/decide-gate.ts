import type { SessionEnd, SessionState } from "@curfew/client";
import { type Trouble, troubleOf } from "../layout/trouble.js";
import { PATHS } from "../paths.js";
import { signInPath } from "../sign-in-navigation.js";

/** What to show in place of a signed-in page. */
export type Gate =
  | { readonly kind: "open" }
  /** A deadline has passed, and the server has not answered yet: the page is covered. */
  | { readonly kind: "over"; readonly trouble: Trouble }
  /** The session is still being loaded. */
  | { readonly kind: "waiting"; readonly trouble: Trouble }
  /** The session ended under unsaved input, with a reason or without: the form stays mounted, hidden until the password is given. */
  | { readonly kind: "held" }
  /** No user was signed in and this is the home page: there may be no account yet. */
  | { readonly kind: "first_visit" }
  | {
      readonly kind: "redirect";
      readonly to: string;
      readonly ended: SessionEnd | null;
      /** This browser has not kept its cookie or key, or the server no longer knows the session. */
      readonly lost?: true;
    }
  /** Another user has signed in to this browser: clear the previous user's pages. */
  | { readonly kind: "other_user" };

export interface GateInput {
  readonly state: SessionState;
  /** The user whose pages this tab has shown. */
  readonly shownUserId: string | null;
  /** The tab's path, query and fragment. */
  readonly path: string;
  readonly hasUnsavedInput: boolean;
}

/** Decides whether a signed-in page is shown, waits or redirects. */
export function decideGate({ state, shownUserId, path, hasUnsavedInput }: GateInput): Gate {
  switch (state.status) {
    case "loading":
      return { kind: "waiting", trouble: troubleOf(state) };
    case "signed_in":
      if (shownUserId !== null && shownUserId !== state.user.id) return { kind: "other_user" };
      return state.expiry.warning === "now" ? { kind: "over", trouble: troubleOf(state) } : { kind: "open" };
    case "signed_out":
      // Without a reason and not lost: the user has signed out.
      if ((state.ended !== null || state.lost === true) && hasUnsavedInput && shownUserId !== null)
        return { kind: "held" };
      if (state.ended !== null)
        return { kind: "redirect", to: signInPath(state.ended, path), ended: state.ended };
      if (state.lost === true)
        return { kind: "redirect", to: signInPath(null, path), ended: null, lost: true };
      if (state.user_id !== null || shownUserId !== null)
        return { kind: "redirect", to: PATHS.login, ended: null };
      return path === PATHS.home
        ? { kind: "first_visit" }
        : { kind: "redirect", to: signInPath(null, path), ended: null };
  }
}
