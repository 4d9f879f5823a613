import { type Api, CurfewProblem, type InviteMember, type Member, type Page } from "@curfew/client";
import { useCurfew, useReauthentication } from "@curfew/react";
import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { queryKeys } from "../../app/queries.js";
import { problemMessage } from "../../text/problem-message.js";
import { CHANGE_BODIES, isRemoval, type MemberChange } from "./member-actions.js";

const PAGE_SIZE = 50;

type LoadedPages = InfiniteData<Page<Member>, string | null>;

/** The members of the account, including invited ones, page by page. */
export function useMembers() {
  const { api } = useCurfew();
  return useInfiniteQuery({
    queryKey: queryKeys.members,
    queryFn: ({ pageParam }) => readMembers(api, PAGE_SIZE, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

const readMembers = (api: Api, limit: number, cursor: string | null): Promise<Page<Member>> =>
  api("GET /api/accounts/me/members", { query: { limit, ...(cursor === null ? {} : { cursor }) } });

/** The members of all loaded pages. One who was renamed between the requests of two pages may be on both. */
export const membersOf = ({ pages }: { readonly pages: readonly Page<Member>[] }): Member[] => [
  ...new Map(pages.flatMap((page) => page.items).map((member) => [member.id, member])).values(),
];

/** How far the account is searched for another owner: five of the server's largest pages. */
const SEARCH_PAGE_SIZE = 200;
const SEARCH_PAGES_MAX = 5;

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
  const search = useQuery({
    queryKey: [...queryKeys.otherOwner, user.id],
    queryFn: () => isLastOwner(api, user.id),
    enabled: !isKnown,
  });
  return isKnown ? !hasOtherOwner(loaded, user.id) : (search.data ?? false);
}

/** Searches the account for another owner; see `useIsLastOwner`. */
export async function isLastOwner(api: Api, userId: string): Promise<boolean> {
  let cursor: string | null = null;
  for (let pages = 0; pages < SEARCH_PAGES_MAX; pages += 1) {
    const page = await readMembers(api, SEARCH_PAGE_SIZE, cursor);
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
      queries.setQueryData<LoadedPages>(
        queryKeys.members,
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
  return problem instanceof CurfewProblem && problem.code === "not_found"
    ? "This member is not in the account any more."
    : problemMessage(problem);
}
