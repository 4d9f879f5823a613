import type { Expiry, SessionState } from "@curfew/client";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { onTick } from "../time/use-now.js";
import { useCurfew } from "./context.js";

/**
 * The state of the session: the signed-in user and the deadlines. Renders again after each change.
 *
 * @throws Error outside a `SessionProvider`
 * @example const state = useSession(); if (state.status === "signed_in") greet(state.user.name);
 */
export function useSession(): SessionState {
  const session = useCurfew();
  const subscribe = useCallback((listener: () => void) => session.subscribe(listener), [session]);
  return useSyncExternalStore(subscribe, session.getState, getServerState);
}

/** A page that a server rendered is taken over as it stands, though the session may be known by then. */
const LOADING: SessionState = { status: "loading", reconnecting: false };
const getServerState = () => LOADING;

/** The expiry of the session; `expires_at` is null while no user is signed in. */
export type SessionExpiry = Omit<Expiry, "expires_at"> & { readonly expires_at: string | null };

const REFRESH_MS = 30_000;

const NO_SESSION: SessionExpiry = {
  warning: "none",
  reason: null,
  remaining_ms: 0,
  expires_at: null,
  warning_ms: 0,
  dismissed: false,
};

/**
 * The expiry of the session by its nearer deadline; the absolute one if both are equal. `warning` is `soon` within 5
 * minutes and `now` after the deadline. Updates every 30 seconds, at each threshold, and when the page becomes visible.
 *
 * @throws Error outside a `SessionProvider`
 * @example const { warning, remaining_ms } = useSessionExpiry();
 */
export function useSessionExpiry(): SessionExpiry {
  const session = useCurfew();
  const state = useSession();
  const [tick, setTick] = useState(0);
  useEffect(
    () =>
      onTick(
        () => REFRESH_MS,
        () => setTick((count) => count + 1),
      ),
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tick reads the clock again
  return useMemo(() => {
    if (state.status !== "signed_in") return NO_SESSION;
    const { expiry } = state;
    const remaining_ms = Math.max(0, Date.parse(expiry.expires_at) - session.now());
    return { ...expiry, remaining_ms };
  }, [session, state, tick]);
}
