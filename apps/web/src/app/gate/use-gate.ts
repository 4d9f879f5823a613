import type { User } from "@curfew/client";
import { useHasUnsavedInput, useSession } from "@curfew/react";
import { useEffect, useState } from "react";
import { createPath, useLocation, useNavigate } from "react-router";
import { PATHS } from "../paths.js";
import { queryClient } from "../queries.js";
import type { SignInState } from "../sign-in-navigation.js";
import { dismissToasts } from "../toasts.js";
import { decideGate, type Gate } from "./decide-gate.js";

/**
 * Applies the gate's decision: redirects, and clears the pages of a user who is no longer signed in.
 *
 * @returns the decision, and the user whose pages are shown
 */
export function useGate(): { gate: Gate; user: User | null } {
  const state = useSession();
  const location = useLocation();
  const hasUnsavedInput = useHasUnsavedInput();
  const [shownUser, setShownUser] = useState<User | null>(null);
  const user = state.status === "signed_in" ? state.user : shownUser;
  const path = createPath(location);
  const gate = decideGate({ state, shownUserId: shownUser?.id ?? null, path, hasUnsavedInput });

  if (gate.kind === "open" && user !== shownUser) setShownUser(user);
  useHeld(gate);
  useSignInRedirect(gate, path);
  useOtherUser(gate, () => setShownUser(null));
  return { gate, user };
}

/** Clears the data of a page that stays for its unsaved input, once `WhileSignedIn` has taken it off the page. */
function useHeld({ kind }: Gate): void {
  useEffect(() => {
    if (kind === "held") clearPages();
  }, [kind]);
}

function useSignInRedirect(gate: Gate, path: string): void {
  const navigate = useNavigate();
  const to = gate.kind === "redirect" ? gate.to : null;
  const endedAt = gate.kind === "redirect" ? (gate.ended?.ended_at ?? null) : null;
  const lost = gate.kind === "redirect" && gate.lost === true;
  useEffect(() => {
    if (to === null) return;
    clearPages();
    const state: SignInState = { ended_at: endedAt, previous_path: path, lost };
    void navigate(to, { replace: true, state });
  }, [to, endedAt, path, lost, navigate]);
}

/** Shows another user the home page. */
function useOtherUser(gate: Gate, clearUser: () => void): void {
  const navigate = useNavigate();
  const isOtherUser = gate.kind === "other_user";
  useEffect(() => {
    if (!isOtherUser) return;
    clearPages();
    void navigate(PATHS.home, { replace: true });
    clearUser();
  });
}

/** Clears the data and toasts of the previous user. */
export function clearPages(): void {
  queryClient.clear();
  dismissToasts();
}
