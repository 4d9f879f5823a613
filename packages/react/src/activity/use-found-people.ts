import { type Api, isCurfewProblem, type Page, type SearchQuery } from "@curfew/client";
import { useMemo } from "react";
import { foundIn } from "../search/found.js";
import { useNewest } from "../search/use-newest.js";
import { usePages } from "../server-state/use-resource.js";
import { useCurfew } from "../session/context.js";
import type { Person } from "./activity-filter.js";

const PAGE_SIZE = 8;
const NOBODY = { items: [], next_cursor: null };

/**
 * The people whom a search finds, a few at a time. Until the answer is there, `found` is the one before.
 *
 * @param q what is searched for; empty: nobody
 */
export function useFoundPeople(q: string) {
  const { api } = useCurfew();
  const pages = usePages(q === "" ? null : `people:${q}`, (cursor) =>
    readPeople(api, { q, limit: PAGE_SIZE, ...cursor }),
  );
  const answer = useMemo(() => foundIn(q, q === "" ? NOBODY : pages.data), [q, pages.data]);
  return { ...pages, found: useNewest(answer) };
}

/** The members, or those who are signed in: a host may manage its users elsewhere. */
async function readPeople(api: Api, query: SearchQuery): Promise<Page<Person>> {
  try {
    return await api("GET /api/accounts/me/members", { query });
  } catch (error) {
    if (!isCurfewProblem(error) || error.code !== "not_found") throw error;
    const { items, next_cursor } = await api("GET /api/accounts/me/security/active-users", { query });
    return { items: items.map((user) => ({ ...user, id: user.user_id })), next_cursor };
  }
}
