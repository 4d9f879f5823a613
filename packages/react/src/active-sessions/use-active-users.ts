import type { ActiveUser, SecurityPolicy } from "@curfew/client";
import { useMemo, useState } from "react";
import { type Found, foundIn } from "../search/found.js";
import { useNewest } from "../search/use-newest.js";
import { usePages, useResourceStore } from "../server-state/use-resource.js";
import { useCurfew } from "../session/context.js";

/** A user with an open session. Lists call ids `id`. */
export interface SignedInUser extends ActiveUser {
  readonly id: string;
}

/** The first of two are those that the policy names. */
const PAGE_SIZE = 200;
const FOUND_PAGE_SIZE = 100;
const GROUP = "active-users";

/**
 * The users with open sessions: those that the policy names, the first 100, and on request the others; or those that a search finds.
 * Until its answer is there, `listed` is the one before.
 *
 * @param q what is searched for; empty: everybody
 */
export function useActiveUsers({ active_users, active_user_count }: SecurityPolicy, q: string) {
  const { api } = useCurfew();
  const store = useResourceStore();
  const [isExtended, setIsExtended] = useState(false);
  const isSearch = q !== "";
  const pages = usePages(isSearch || isExtended ? `${GROUP}:${q}` : null, async (cursor) => {
    const query = { ...(isSearch ? { q, limit: FOUND_PAGE_SIZE } : { limit: PAGE_SIZE }), ...cursor };
    const { items, next_cursor } = await api("GET /api/accounts/me/security/active-users", { query });
    return { items: items.map(withId), next_cursor };
  });
  const { data, problem, loading } = pages;
  const answer = useMemo((): Found<SignedInUser> | null => {
    if (isSearch) return foundIn(q, data);
    const first = active_users.map(withId);
    const ids = new Set(first.map(({ id }) => id));
    const items = [...first, ...(data?.items.filter(({ id }) => !ids.has(id)) ?? [])];
    return { q, items, hasMore: data ? data.next_cursor !== null : items.length < active_user_count };
  }, [isSearch, q, data, active_users, active_user_count]);
  const isExtending = !isSearch && isExtended && data === undefined;
  return {
    listed: useNewest(answer),
    /** The search, where it has failed. */
    failed: isSearch && data === undefined && problem !== null ? pages : null,
    isSearching: answer === null,
    more: {
      busy: pages.more.busy || (isExtending && loading),
      problem: pages.more.problem ?? (isExtending ? problem : null),
      async run() {
        if (data !== undefined) await pages.more.run();
        else if (isExtended) await store.refresh(GROUP);
        else setIsExtended(true);
      },
    },
  };
}

const withId = (user: ActiveUser): SignedInUser => ({ ...user, id: user.user_id });
