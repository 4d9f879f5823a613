import { type Api, type InviteMember, isCurfewProblem, type Member, type Page } from "@curfew/client";
import { useCurfew, useReauthentication } from "@curfew/react";
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { queryKeys } from "../../app/queries.js";
import { problemMessage } from "../../text/problem-message.js";
import { t } from "../../text/translate.js";
import { CHANGE_BODIES, isRemoval, type MemberChange } from "./member-actions.js";

const PAGE_SIZE = 50;

/** A page of the members that a search finds; of everybody, where `q` is empty. */
interface FoundPage extends Page<Member> {
  q: string;
}

type LoadedPages = InfiniteData<FoundPage, string | null>;

/**
 * The members of the account, including invited ones, page by page. While those that are searched for are loading, `data` has the
 * ones before, and `isPlaceholderData` is true.
 *
 * @param q what is searched for; empty: everybody
 */
export function useMembers(q: string) {
  const { api } = useCurfew();
  return useInfiniteQuery({
    queryKey: [...queryKeys.members, q],
    queryFn: ({ pageParam, signal }) => readFound(api, q, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** Reads on past empty pages, which a search may have before its last, unless it is not shown any more. */
export async function readFound(
  api: Api,
  q: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<FoundPage> {
  let page = await readMembers(api, { limit: PAGE_SIZE, q }, cursor);
  while (page.items.length === 0 && page.next_cursor !== null && !signal.aborted)
    page = await readMembers(api, { limit: PAGE_SIZE, q }, page.next_cursor);
  return { ...page, q };
}

const readMembers = (
  api: Api,
  { limit, q = "" }: { limit: number; q?: string },
  cursor: string | null,
): Promise<Page<Member>> =>
  api("GET /api/accounts/me/members", {
    query: { limit, ...(q === "" ? {} : { q }), ...(cursor === null ? {} : { cursor }) },
  });

/**
 * What the loaded pages have. A member who was renamed between the requests of two pages may be on both.
 *
 * @param pages one or more
 */
export function foundMembers({ pages }: { readonly pages: readonly FoundPage[] }) {
  const members = new Map(pages.flatMap((page) => page.items).map((member) => [member.id, member]));
  const last = pages.at(-1);
  return { q: last?.q ?? "", items: [...members.values()], hasMore: (last?.next_cursor ?? null) !== null };
}

/** How far the account is looked through for another owner: five of the server's largest pages. */
const LARGEST_PAGE = 200;
const PAGES_MAX = 5;

/**
 * Whether the user is the account's last owner who can sign in, so far as a thousand members tell. The server refuses to
 * change a last owner in any case.
 *
 * @param loaded the members that are shown
 * @param isComplete whether they are all
 */
export function useIsLastOwner(
  user: Pick<Member, "id">,
  loaded: readonly Member[],
  isComplete: boolean,
): boolean {
  const { api } = useCurfew();
  const isKnown = isComplete || hasOtherOwner(loaded, user.id);
  const isListed = loaded.some(({ id }) => id === user.id);
  const { data } = useQuery({
    queryKey: [...queryKeys.otherOwner, user.id],
    queryFn: () => isLastOwner(api, user.id),
    // Nothing is said of a user whose row is not shown.
    enabled: !isKnown && isListed,
  });
  return isKnown ? !hasOtherOwner(loaded, user.id) : (data ?? false);
}

/** Looks for another owner in the account; see `useIsLastOwner`. */
export async function isLastOwner(api: Api, userId: string): Promise<boolean> {
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await readMembers(api, { limit: LARGEST_PAGE }, cursor);
    if (hasOtherOwner(page.items, userId)) return false;
    cursor = page.next_cursor;
    if (cursor === null) return true;
  }
  return false;
}

/** Invited and disabled owners can't sign in, so they don't count. */
const hasOtherOwner = (members: readonly Member[], userId: string): boolean =>
  members.some(({ id, role, status }) => id !== userId && role === "owner" && status === "active");

/** Changes or deletes a member or withdraws an invitation, after reauthentication if the server requires it. */
export function useChangeMember() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  const withReauthentication = useReauthentication();
  return useMutation({
    mutationFn: ({ member, change }: { member: Member; change: MemberChange }) =>
      withReauthentication(async () =>
        isRemoval(change)
          ? await api("DELETE /api/accounts/me/members/{id}", {
              id: member.id,
              // Who has joined since the list was read is not deleted by a withdrawal.
              query: change === "withdraw" ? { status: "invited" } : {},
            })
          : await api("PATCH /api/accounts/me/members/{id}", { id: member.id, body: CHANGE_BODIES[change] }),
      ),
    onSuccess(changed, { member: { id } }) {
      queries.setQueriesData<LoadedPages>(
        { queryKey: queryKeys.members },
        (known) => known && withMember(known, id, changed === undefined ? [] : [changed]),
      );
    },
    // After a refusal too, because the list may be outdated.
    onSettled() {
      void queries.invalidateQueries({ queryKey: queryKeys.members });
      void queries.invalidateQueries({ queryKey: queryKeys.otherOwner });
    },
  });
}

/** @param changed what takes the place of the member: one, or none */
const withMember = (
  { pages, pageParams }: LoadedPages,
  id: string,
  changed: readonly Member[],
): LoadedPages => ({
  pages: pages.map((page) => ({
    ...page,
    items: page.items.flatMap((member) => (member.id === id ? changed : [member])),
  })),
  pageParams,
});

/** Invites a member, for the first time or again, after reauthentication if the server requires it. */
export function useInviteMember() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  const withReauthentication = useReauthentication();
  return useMutation({
    mutationFn: (body: InviteMember) =>
      withReauthentication(() => api("POST /api/accounts/me/members", { body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: queryKeys.members }),
  });
}

/** Makes a link to a new password of a member, after reauthentication if the server requires it. */
export function useMakePasswordLink() {
  const { api } = useCurfew();
  const withReauthentication = useReauthentication();
  return useMutation({
    mutationFn: ({ id }: Pick<Member, "id">) =>
      withReauthentication(() => api("POST /api/accounts/me/members/{id}/password-link", { id })),
    // The link is a secret: only the page keeps it.
    gcTime: 0,
  });
}

/** The message shown when a member could not be changed or invited. */
export function memberProblemMessage(problem: unknown): string {
  return isCurfewProblem(problem) && problem.code === "not_found"
    ? t("This member is not in the account any more.")
    : problemMessage(problem);
}
