import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { useCurfew } from "../provider/context.js";
import { type ResourceState, type ResourceStore, resourcesOf } from "./resource-store.js";

/** The store of the session that the provider holds. */
export const useResources = (): ResourceStore => resourcesOf(useCurfew());

/**
 * Loads something from the server and keeps it: once for all components that name the same key.
 *
 * @param key what it is; the part before a colon is the group that `refresh` can name
 * @param load the call that answers it; its newest one is used
 * @example const policy = useResource("security", () => api("GET /api/accounts/me/security"));
 */
export function useResource<Data>(key: string, load: () => Promise<Data>): ResourceState<Data> {
  const store = useResources();
  const newest = useRef(load);
  useEffect(() => {
    newest.current = load;
  });
  const watch = useCallback(
    (listener: () => void) => store.watch(key, () => newest.current(), listener),
    [store, key],
  );
  const read = () => store.read<Data>(key);
  return useSyncExternalStore(watch, read, read);
}
