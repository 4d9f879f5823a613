import type { Page, SecurityPolicy, Versioned } from "@curfew/client";
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { useCurfew } from "../session/context.js";
import { type ResourceState, type ResourceStore, resourceStoreOf } from "./resource-store.js";
import { type Action, useAction } from "./use-action.js";

/** The resource store of the provider's session. */
export const useResourceStore = (): ResourceStore => resourceStoreOf(useCurfew());

/**
 * Loads a resource from the server and caches it for all components that use the same key.
 *
 * @param key identifies the resource; the part before a colon is the group for `refresh`. Null: loads nothing
 * @param load makes the request; the newest function is used
 * @example const policy = useResource("security", () => api("GET /api/accounts/me/security"));
 */
export function useResource<Data>(key: string | null, load: () => Promise<Data>): ResourceState<Data> {
  const store = useResourceStore();
  const latestLoad = useRef(load);
  useEffect(() => {
    latestLoad.current = load;
  });
  const subscribe = useCallback(
    (listener: () => void) =>
      key === null ? () => {} : store.subscribe(key, () => latestLoad.current(), listener),
    [store, key],
  );
  const getState = () => store.getState<Data>(key ?? "");
  return useSyncExternalStore(subscribe, getState, getState);
}

/** A paginated list: the pages loaded so far. */
export interface Pages<Item> extends ResourceState<Page<Item>> {
  /** Loads and appends the next page; does nothing after the last one. */
  readonly more: Action;
}

/**
 * Loads a list page by page. A page of a search may be empty before the last one, and then the next is loaded too, as long as the
 * list is shown.
 *
 * @param key as in `useResource`
 * @param load requests the page at a cursor; the first page without one
 * @example const events = usePages("events", (query) => api("GET /api/accounts/me/security/events", { query }));
 */
export function usePages<Item extends { readonly id: string }>(
  key: string | null,
  load: (cursor: { cursor?: string }) => Promise<Page<Item>>,
): Pages<Item> {
  const store = useResourceStore();
  const loadFound = async (cursor: { cursor?: string }) => {
    let page = await load(cursor);
    while (page.items.length === 0 && page.next_cursor !== null && key !== null && store.isShown(key))
      page = await load({ cursor: page.next_cursor });
    return page;
  };
  const resource = useResource(key, () => loadFound({}));
  const cursor = resource.data?.next_cursor ?? null;
  const more = useAction(async () => {
    if (cursor === null || key === null) return;
    const page = await loadFound({ cursor });
    // A list that was reloaded meanwhile has another cursor: the page no longer follows it.
    store.setData<Page<Item>>(key, (list) =>
      list?.next_cursor === cursor
        ? { items: [...list.items, ...withoutListed(page.items, list.items)], next_cursor: page.next_cursor }
        : (list ?? page),
    );
  });
  return { ...resource, more };
}

/** A session that was used while its list was read can be on two pages. */
function withoutListed<Item extends { readonly id: string }>(
  items: readonly Item[],
  listed: readonly Item[],
): Item[] {
  const ids = new Set(listed.map(({ id }) => id));
  return items.filter(({ id }) => !ids.has(id));
}

/** The resource key of the account's policy. */
export const POLICY_KEY = "security";

/** The account's policy with its active users; components share one request. */
export function useSecurityPolicy(): ResourceState<Versioned<SecurityPolicy>> {
  const { api } = useCurfew();
  return useResource(POLICY_KEY, () => api("GET /api/accounts/me/security"));
}
