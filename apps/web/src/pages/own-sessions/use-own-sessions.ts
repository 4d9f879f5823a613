import type { Page, SessionItem } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../../app/queries/query-keys.js";
import { unlessGone } from "./unless-gone.js";

/** As many as the server hands out at once: more than a person may have, unless the operator allows it. */
const PAGE = 200;
/** Sessions end by themselves, and begin elsewhere: the list must not stand still on a page that stays open. */
const AGAIN_EVERY_MS = 60_000;

type Loaded = InfiniteData<Page<SessionItem>, string | null>;

/** The person's own live sessions, page by page. */
export function useOwnSessions() {
  const { api } = useCurfew();
  return useInfiniteQuery({
    queryKey: queryKeys.ownSessions,
    queryFn: ({ pageParam }) =>
      api("GET /api/users/me/sessions", {
        query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: AGAIN_EVERY_MS,
  });
}

/**
 * Ends one of the person's own sessions, and takes it off the list once the server has said so.
 *
 * @param onEnded called where it was not the session that asks
 */
export function useEndOwnSession(item: SessionItem, onEnded: () => void) {
  const session = useCurfew();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      // What a person does to this very device is no revocation: every tab leaves without a reason.
      item.current
        ? session.signOut()
        : session.api("DELETE /api/users/me/sessions/{id}", { id: item.id }).catch(unlessGone),
    async onSuccess() {
      if (item.current) return;
      await queries.cancelQueries({ queryKey: queryKeys.ownSessions });
      queries.setQueryData<Loaded>(queryKeys.ownSessions, (loaded) => loaded && without(loaded, item.id));
      onEnded();
      void queries.invalidateQueries({ queryKey: queryKeys.ownSessions });
    },
  });
}

/** Ends all of the person's own sessions but this one. */
export function useEndOwnOtherSessions() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api("POST /api/users/me/sessions/revoke-others"),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.ownSessions }),
  });
}

const without = ({ pages, pageParams }: Loaded, id: string): Loaded => ({
  pages: pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })),
  pageParams,
});
