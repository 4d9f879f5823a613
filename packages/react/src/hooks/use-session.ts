import type { SessionState } from "@curfew/client";
import { useCallback, useSyncExternalStore } from "react";
import { useCurfew } from "../provider/context.js";

/**
 * Who is signed in, and until when; renders again after each change.
 *
 * @throws Error outside of a `SessionProvider`
 * @example const state = useSession(); if (state.status === "signed_in") greet(state.user.name);
 */
export function useSession(): SessionState {
  const session = useCurfew();
  const subscribe = useCallback((listener: () => void) => session.subscribe(listener), [session]);
  const read = () => session.getState();
  return useSyncExternalStore(subscribe, read, read);
}
