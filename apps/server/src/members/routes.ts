import { actorOf, defineRoute, wireTime } from "@curfew/http";
import {
  changeMemberBody,
  invitedSchema,
  inviteMemberBody,
  memberSchema,
  membersSchema,
} from "@curfew/http/wire";
import { invite } from "../invitations/invite.js";
import type { People } from "../people.js";
import { changeMember } from "./change-member.js";
import { listMembers } from "./list-members.js";
import { memberOfInvitation } from "./member.js";
import { wireMember } from "./wire-member.js";

const tags = ["Members"];

/** `GET /api/accounts/me/members` */
export const listMembersRoute = (people: People) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/members",
    operationId: "listMembers",
    summary: "Who is in the account, and who was asked to join",
    tags,
    auth: "owner",
    responses: { 200: { description: "All of them", schema: membersSchema } },
    async handler({ identity }) {
      const members = await listMembers(people, identity.accountId);
      return { status: 200, body: { items: members.map(wireMember) } };
    },
  });

/** `POST /api/accounts/me/members` */
export const inviteMemberRoute = (people: People) =>
  defineRoute({
    method: "POST",
    path: "/api/accounts/me/members",
    operationId: "inviteMember",
    summary: "Ask somebody to join the account",
    description:
      "Answers a link that works once, within 7 days. Asking the same e-mail again replaces the link and keeps the member's id. Inviting an owner asks for a recent sign-in.",
    tags,
    auth: "owner",
    body: inviteMemberBody,
    responses: { 201: { description: "Invited", schema: invitedSchema } },
    errors: ["reauthentication_required", "email_taken"],
    async handler({ identity, body, ip }) {
      if (body.role === "owner") people.curfew.requireRecentSignIn(identity.authenticatedAt);
      const { accountId, userId } = identity;
      const actor = { ...actorOf({ identity, ip }), userId };
      const { invitation, url, expiresAt } = await invite(people, { accountId, actor, ...body });
      return {
        status: 201,
        body: {
          member: wireMember(memberOfInvitation(invitation)),
          invitation: { url, expires_at: wireTime(expiresAt) },
        },
      };
    },
  });

/** `PATCH /api/accounts/me/members/{id}` */
export const changeMemberRoute = (people: People) =>
  defineRoute({
    method: "PATCH",
    path: "/api/accounts/me/members/{id}",
    operationId: "changeMember",
    summary: "Change a member's role, or disable or enable a member",
    description:
      "Disabling ends the user's sessions. Promoting an owner asks for a recent sign-in. Whoever has not joined yet can be given another role, and can't be disabled.",
    tags,
    auth: "owner",
    body: changeMemberBody,
    responses: { 200: { description: "The member", schema: memberSchema, headers: ["Set-Cookie"] } },
    errors: ["not_found", "reauthentication_required", "last_owner"],
    async handler({ identity, params, body, ip }) {
      const { role, disabled } = body;
      const member = await changeMember(people, {
        identity,
        memberId: params.id,
        changes: { ...(role === undefined ? {} : { role }), ...(disabled === undefined ? {} : { disabled }) },
        actor: actorOf({ identity, ip }),
      });
      const callerHasEnded = member.id === identity.userId && member.status === "disabled";
      return { status: 200, body: wireMember(member), headers: people.http.cookieAfter(callerHasEnded) };
    },
  });
