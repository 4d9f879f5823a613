import type { InviteMember, Member, Members } from "@curfew/client";
import { useCurfew, useReauthentication } from "@curfew/react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../../app/queries/query-keys.js";
import { CHANGES, type Change } from "./change-words.js";

/** Everybody in the account, and who was asked to join it. */
export function useMembers() {
  const { api } = useCurfew();
  return useQuery({ queryKey: queryKeys.members, queryFn: () => api("GET /api/accounts/me/members") });
}

/** Changes a member; asks for the password where that is needed. The list shows it once the server has said so. */
export function useChangeMember() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  const reauthenticated = useReauthentication();
  return useMutation({
    mutationFn: ({ member, change }: { member: Member; change: Change }) =>
      reauthenticated(() =>
        api("PATCH /api/accounts/me/members/{id}", { id: member.id, body: CHANGES[change] }),
      ),
    onSuccess(changed) {
      queries.setQueryData<Members>(
        queryKeys.members,
        (known) => known && { items: known.items.map((one) => (one.id === changed.id ? changed : one)) },
      );
    },
    // A refusal too: it says that what the list shows is no longer so.
    onSettled: () => void queries.invalidateQueries({ queryKey: queryKeys.members }),
  });
}

/** Asks somebody to join, for the first time or again; asks for the password where that is needed. */
export function useInviteMember() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  const reauthenticated = useReauthentication();
  return useMutation({
    mutationFn: (body: InviteMember) => reauthenticated(() => api("POST /api/accounts/me/members", { body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: queryKeys.members }),
  });
}
