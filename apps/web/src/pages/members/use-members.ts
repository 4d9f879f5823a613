import { CurfewProblem, type InviteMember, type Member, type Members } from "@curfew/client";
import { useCurfew, useReauthentication } from "@curfew/react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../../app/queries.js";
import { problemMessage } from "../../text/problem-message.js";
import { CHANGE_BODIES, type MemberChange } from "./member-actions.js";

/** All members of the account, including invited ones. */
export function useMembers() {
  const { api } = useCurfew();
  return useQuery({ queryKey: queryKeys.members, queryFn: () => api("GET /api/accounts/me/members") });
}

/** Changes a member, after reauthentication if the server requires it. */
export function useChangeMember() {
  const { api } = useCurfew();
  const queries = useQueryClient();
  const withReauthentication = useReauthentication();
  return useMutation({
    mutationFn: ({ member, change }: { member: Member; change: MemberChange }) =>
      withReauthentication(() =>
        api("PATCH /api/accounts/me/members/{id}", { id: member.id, body: CHANGE_BODIES[change] }),
      ),
    onSuccess(changed) {
      queries.setQueryData<Members>(
        queryKeys.members,
        (known) =>
          known && {
            items: known.items.map((member) => (member.id === changed.id ? changed : member)),
          },
      );
    },
    // After a refusal too, because the list may be outdated.
    onSettled: () => void queries.invalidateQueries({ queryKey: queryKeys.members }),
  });
}

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

/** The message shown when a member could not be changed or invited. */
export function memberProblemMessage(problem: unknown): string {
  if (!(problem instanceof CurfewProblem)) return problemMessage(problem);
  switch (problem.code) {
    case "last_owner":
      return "This is the last owner who can sign in. Make somebody else an owner first.";
    case "not_found":
      return "This member is not in the account any more.";
    default:
      return problemMessage(problem);
  }
}
