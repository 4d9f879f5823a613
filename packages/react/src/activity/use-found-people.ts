import { useMemo } from "react";
import { foundIn } from "../search/found.js";
import { useNewest } from "../search/use-newest.js";
import { usePages } from "../server-state/use-resource.js";
import { useCurfew } from "../session/context.js";

const PAGE_SIZE = 8;
const NOBODY = { items: [], next_cursor: null };

/**
 * The members that a search finds, a few at a time. Until the answer is there, `found` is the one before.
 *
 * @param q what is searched for; empty: nobody
 */
export function useFoundPeople(q: string) {
  const { api } = useCurfew();
  const pages = usePages(q === "" ? null : `people:${q}`, (cursor) =>
    api("GET /api/accounts/me/members", { query: { q, limit: PAGE_SIZE, ...cursor } }),
  );
  const answer = useMemo(() => foundIn(q, q === "" ? NOBODY : pages.data), [q, pages.data]);
  return { ...pages, found: useNewest(answer) };
}
