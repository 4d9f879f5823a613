import type { SessionState } from "@curfew/client";
import { useSession } from "@curfew/react";
import { useEffect, useRef } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { PATHS } from "../../app/paths.js";
import { readSignInState, returnPath } from "../../app/sign-in-navigation.js";

/**
 * Leaves the sign-in page when another tab has signed in, or a reload finds the session.
 *
 * @param isSigningIn this page's form is signing in and will navigate itself
 * @returns navigates to the page that `return_to` names
 */
export function useReturn(isSigningIn: boolean): () => void {
  const state = useSession();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const returnTo = returnPath(query.get("return_to")) ?? PATHS.home;
  const redirectedFrom = returnPath(readSignInState(useLocation().state).previous_path);
  const before = useRef(state);

  useEffect(() => {
    const to = pathAfterSignIn(before.current, state, { redirectedFrom, returnTo });
    before.current = state;
    if (to !== null && !isSigningIn) void navigate(to, { replace: true });
  }, [state, returnTo, redirectedFrom, isSigningIn, navigate]);
  return () => void navigate(returnTo, { replace: true });
}

/**
 * The path to go to when another tab has signed in; null if none has. The same user returns to the previous page, another
 * user goes home, and a user after an unknown one follows `return_to`. A tab that another page sent here returns to it also
 * if the session turns out to be live once this page is loaded.
 *
 * @param before the previous state
 * @param now the current state
 */
export function pathAfterSignIn(
  before: SessionState,
  now: SessionState,
  { redirectedFrom, returnTo }: { redirectedFrom: string | null; returnTo: string },
): string | null {
  if (before.status === "signed_in" || now.status !== "signed_in") return null;
  if (before.status === "loading") return redirectedFrom;
  if (before.user_id === null) return returnTo;
  return before.user_id === now.user.id ? (redirectedFrom ?? returnTo) : PATHS.home;
}
