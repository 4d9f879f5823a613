import type { Expiry } from "@curfew/client";
import { useMemo } from "react";
import { useCurfew } from "../provider/context.js";
import { useTick } from "../time/use-tick.js";
import { useSession } from "./use-session.js";

/** How near the end of the session is; `expires_at` is null where nobody is signed in. */
export type SessionExpiry = Omit<Expiry, "expires_at"> & { readonly expires_at: string | null };

const EVERY_MS = 30_000;

const NO_SESSION: SessionExpiry = {
  warning: "none",
  reason: null,
  remaining_ms: 0,
  expires_at: null,
  dismissed: false,
};

/**
 * How near the session's nearer deadline is: `soon` within 5 minutes, `now` once it has passed; of equal deadlines it
 * is the absolute one. Looks again every 30 seconds, when a threshold is crossed, and when the page becomes visible.
 *
 * @throws Error outside of a `SessionProvider`
 * @example const { warning, remaining_ms } = useSessionExpiry();
 */
export function useSessionExpiry(): SessionExpiry {
  const session = useCurfew();
  const state = useSession();
  const tick = useTick(EVERY_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tick reads the clock again
  return useMemo(() => {
    if (state.status !== "signed_in") return NO_SESSION;
    const { expiry } = state;
    const remaining_ms = Math.max(0, Date.parse(expiry.expires_at) - session.now());
    return { ...expiry, remaining_ms };
  }, [session, state, tick]);
}
