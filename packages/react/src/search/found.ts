import type { Page } from "@curfew/client";

/** What a search has found so far. */
export interface Found<Item = unknown> {
  /** What was searched for; empty: nothing was. */
  readonly q: string;
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** The found of a search's pages; null while none of them is there, or all are empty and there are more. */
export function foundIn<Item>(q: string, pages: Page<Item> | undefined): Found<Item> | null {
  if (pages === undefined) return null;
  const { items, next_cursor } = pages;
  return items.length === 0 && next_cursor !== null ? null : { q, items, hasMore: next_cursor !== null };
}
