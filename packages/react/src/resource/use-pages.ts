import type { Page } from "@curfew/client";
import type { ResourceState } from "./resource-store.js";
import { type Action, useAction } from "./use-action.js";
import { useResource, useResources } from "./use-resource.js";

/** A list that comes page by page: what is known of it, and the way to more. */
export interface Pages<Item> extends ResourceState<Page<Item>> {
  /** Loads the next page and adds it; does nothing on the last. */
  readonly more: Action;
}

/**
 * Loads a list page by page.
 *
 * @param key what it is, as in `useResource`
 * @param load the page that a cursor names; the first without one
 * @example const trail = usePages("events", (query) => api("GET /api/accounts/me/security/events", { query }));
 */
export function usePages<Item>(
  key: string,
  load: (cursor: { cursor?: string }) => Promise<Page<Item>>,
): Pages<Item> {
  const store = useResources();
  const first = useResource(key, () => load({}));
  const cursor = first.data?.next_cursor ?? null;
  const more = useAction(async () => {
    if (cursor === null) return;
    const page = await load({ cursor });
    store.put<Page<Item>>(key, (known) =>
      known?.next_cursor === cursor
        ? { items: [...known.items, ...page.items], next_cursor: page.next_cursor }
        : (known ?? page),
    );
  });
  return { ...first, more };
}
