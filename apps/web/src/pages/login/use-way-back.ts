import { useSession } from "@curfew/react";
import { useEffect, useRef } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { readLeftBehind } from "../../app/left-behind.js";
import { PATHS } from "../../app/paths.js";
import { returnTo } from "../../app/return-to.js";
import { revivedAt } from "./revived.js";

/**
 * Leads on from the sign-in page: after this form's own sign-in, and when another tab has signed in meanwhile.
 *
 * @param isSigningIn this form is at it, and will go on by itself
 * @returns what goes on
 */
export function useWayBack(isSigningIn: boolean): () => void {
  const state = useSession();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const back = returnTo(query.get("return_to")) ?? PATHS.home;
  const stoodAt = returnTo(readLeftBehind(useLocation().state).stood_at) ?? back;
  const before = useRef(state);

  useEffect(() => {
    const to = revivedAt(before.current, state, { back, stoodAt });
    before.current = state;
    if (to !== null && !isSigningIn) void navigate(to, { replace: true });
  }, [state, back, stoodAt, isSigningIn, navigate]);
  return () => void navigate(back, { replace: true });
}
