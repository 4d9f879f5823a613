import { isCurfewProblem, type Page, type SessionItem } from "@curfew/client";
import { useCurfew } from "@curfew/react";
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../../app/queries.js";

/** The server's maximum, which is more than a user's sessions unless the operator has raised their limit. */
const PAGE_SIZE = 200;
/** Sessions expire and start elsewhere while the page is open. */
const REFETCH_INTERVAL_MS = 60_000;

type LoadedPages = InfiniteData<Page<SessionItem>, string | null>;

/** The user's live sessions, page by page. */
export function useOwnSessions() {
  const { api } = useCurfew();
  return useInfiniteQuery({
    queryKey: queryKeys.ownSessions,
    queryFn: ({ pageParam }) =>
      api("GET /api/users/me/sessions", {
        query: { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: REFETCH_INTERVAL_MS,
  });
}

/**
 * Ends one of the user's sessions and removes it from the list.
 *
 * @param onEnded called unless it was this browser's session
 */
export function useEndOwnSession(item: SessionItem, onEnded: () => void) {
  const session = useCurfew();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      // Ending this browser's session is a sign-out: the tabs leave without a reason.
      item.current
        ? session.signOut()
        : session.api("DELETE /api/users/me/sessions/{id}", { id: item.id }).catch(ignoreNotFound),
    async onSuccess() {
      if (item.current) return;
      await queries.cancelQueries({ queryKey: queryKeys.ownSessions });
      queries.setQueryData<LoadedPages>(
        queryKeys.ownSessions,
        (pages) => pages && withoutSession(pages, item.id),
      );
      onEnded();
      void queries.invalidateQueries({ queryKey: queryKeys.ownSessions });
    },
  });
}

/** Ends the user's sessions except this browser's. */
export function useEndOwnOtherSessions() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api("POST /api/users/me/sessions/revoke-others"),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.ownSessions }),
  });
}

const withoutSession = ({ pages, pageParams }: LoadedPages, id: string): LoadedPages => ({
  pages: pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })),
  pageParams,
});

/** Ignores that the session has already ended. */
export function ignoreNotFound(problem: unknown): void {
  if (!(isCurfewProblem(problem) && problem.code === "not_found")) throw problem;
}

/**
 * Sorts this browser's session first and keeps the order of the others. A session that was used between the requests of two
 * pages may be on both; it is kept once.
 *
 * @param items the sessions of all pages
 */
export function thisDeviceFirst(items: readonly SessionItem[]): SessionItem[] {
  const unique = [...new Map(items.map((item) => [item.id, item])).values()];
  return [...unique.filter(({ current }) => current), ...unique.filter(({ current }) => !current)];
}
