import type { User } from "@curfew/client";
import { useHasUnsavedInput, useSession } from "@curfew/react";
import { useEffect, useState } from "react";
import { createPath, useLocation, useNavigate } from "react-router";
import type { LeftBehind } from "../left-behind.js";
import { PATHS } from "../paths.js";
import { decideGate, type Gate } from "./decide-gate.js";
import { forgetPages } from "./forget-pages.js";

/**
 * What the gate decides, done: whoever may not stay is led away, with nothing of theirs kept.
 *
 * @returns the decision, and whose page it is
 */
export function useGate(): { gate: Gate; user: User | null } {
  const state = useSession();
  const location = useLocation();
  const hasUnsavedInput = useHasUnsavedInput();
  const [seen, setSeen] = useState<User | null>(null);
  const user = state.status === "signed_in" ? state.user : seen;
  const at = createPath(location);
  const gate = decideGate({ state, seenUserId: seen?.id ?? null, at, hasUnsavedInput });

  if (gate.kind === "open" && user !== seen) setSeen(user);
  useLeaving(gate, at);
  useMakingRoom(gate, () => setSeen(null));
  return { gate, user };
}

/** To the sign-in page. */
function useLeaving(gate: Gate, at: string): void {
  const navigate = useNavigate();
  const to = gate.kind === "leave" ? gate.to : null;
  const endedAt = gate.kind === "leave" ? (gate.ended?.ended_at ?? null) : null;
  useEffect(() => {
    if (to === null) return;
    forgetPages();
    const left: LeftBehind = { ended_at: endedAt, stood_at: at };
    void navigate(to, { replace: true, state: left });
  }, [to, endedAt, at, navigate]);
}

/** For another person: home, as if nobody had been here. */
function useMakingRoom(gate: Gate, forgetUser: () => void): void {
  const navigate = useNavigate();
  const isTaken = gate.kind === "somebody_else";
  useEffect(() => {
    if (!isTaken) return;
    forgetPages();
    void navigate(PATHS.home, { replace: true });
    forgetUser();
  });
}
