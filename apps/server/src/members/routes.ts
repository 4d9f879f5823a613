import { networkOf, searchPage } from "@curfew/core";
import { actorOf, defineRoute, positionOf, searchFilter, searchOf, wireTime } from "@curfew/http";
import {
  acceptInvitationBody,
  changeMemberBody,
  grantSchema,
  invitationSchema,
  invitedSchema,
  inviteMemberBody,
  memberSchema,
  pageOf,
  readInvitationBody,
  removeMemberQuery,
  searchQuery,
} from "@curfew/http/wire";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";
import { readSessionClient } from "../sign-in/begin-session.js";
import { countWrongLink } from "../sign-in/limits/count-wrong-link.js";
import { refuseBlocked } from "../sign-in/limits/refuse-blocked.js";
import { acceptInvitation, findInvitation, invalidToken } from "./accept-invitation.js";
import { changeMember } from "./change-member.js";
import { invite } from "./invite.js";
import { listMembers, type MembersInput } from "./list-members.js";
import { memberOfInvitation, wireMember } from "./members.js";
import { removeMember } from "./remove-member.js";

const tags = ["Members"];

/** `GET /api/accounts/me/members` */
export const listMembersRoute = (context: ServiceContext) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/members",
    operationId: "listMembers",
    summary: "The account's users and open invitations",
    tags,
    auth: "owner",
    query: searchQuery,
    responses: { 200: { description: "Members, by name", schema: pageOf(memberSchema) } },
    async handler({ identity: { accountId }, query: { limit, cursor, q } }) {
      const { http, database } = context;
      const list = { accountId, name: "members", filter: searchFilter(q) } as const;
      const after = positionOf(http.cursors, list, cursor);
      const read = (page: Pick<MembersInput, "limit" | "after">) =>
        database.read(() => listMembers(serviceQueries(database), { accountId, ...page }));
      const { search } = searchOf(q);
      const { items, next } =
        search === undefined
          ? await read({ limit, after })
          : await searchPage({ text: search, limit, after, personOf: (member) => member, list: read });
      return {
        status: 200,
        body: { items: items.map(wireMember), next_cursor: next && http.cursors.write(list, next) },
      };
    },
  });

/** `POST /api/accounts/me/members` */
export const inviteMemberRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/accounts/me/members",
    operationId: "inviteMember",
    summary: "Invite a person to the account",
    description:
      "Answers a link that works once, within 7 days. Inviting the same e-mail again replaces the link and keeps the member's id, until 30 days after a link has ended: then the invitation is removed. Inviting an owner requires a recent sign-in. An account can have 1,000 open links. Those of an owner end when the owner is disabled, demoted or deleted, or has all sessions ended by another owner.",
    tags,
    auth: "owner",
    body: inviteMemberBody,
    responses: { 201: { description: "Invited", schema: invitedSchema } },
    errors: ["reauthentication_required", "email_taken", "too_many"],
    async handler({ identity, body, ip }) {
      if (body.role === "owner") context.curfew.requireRecentSignIn(identity.authenticatedAt);
      const { accountId } = identity;
      const actor = actorOf({ identity, ip });
      const { invitation, url, expiresAt } = await invite(context, { accountId, actor, ...body });
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
export const changeMemberRoute = (context: ServiceContext) =>
  defineRoute({
    method: "PATCH",
    path: "/api/accounts/me/members/{id}",
    operationId: "changeMember",
    summary: "Change a member's role, or disable or enable a member",
    description:
      "Disabling a user ends the user's sessions. Promoting a member to owner and enabling an owner require a recent sign-in. A member who has not joined yet can be given another role, but can't be disabled.",
    tags,
    auth: "owner",
    body: changeMemberBody,
    responses: { 200: { description: "The member", schema: memberSchema, headers: ["Set-Cookie"] } },
    errors: ["not_found", "reauthentication_required", "last_owner"],
    async handler({ identity, params, body, ip }) {
      const { role, disabled } = body;
      const member = await changeMember(context, {
        identity,
        memberId: params.id,
        changes: { ...(role === undefined ? {} : { role }), ...(disabled === undefined ? {} : { disabled }) },
        actor: actorOf({ identity, ip }),
      });
      const callerHasEnded = member.id === identity.userId && member.status === "disabled";
      return { status: 200, body: wireMember(member), headers: context.http.cookieAfter(callerHasEnded) };
    },
  });

/** `DELETE /api/accounts/me/members/{id}` */
export const removeMemberRoute = (context: ServiceContext) =>
  defineRoute({
    method: "DELETE",
    path: "/api/accounts/me/members/{id}",
    operationId: "removeMember",
    summary: "Withdraw an invitation, or delete a person",
    description:
      "The link of an invitation opens nothing any more. Of a person who has joined everything is deleted, for good, and their sessions end (`user_deleted`); the trail shows a deleted user from then on. That requires a recent sign-in. The e-mail can be invited again.",
    tags,
    auth: "owner",
    query: removeMemberQuery,
    responses: { 204: { description: "Withdrawn or deleted", headers: ["Set-Cookie"] } },
    errors: ["not_found", "reauthentication_required", "last_owner"],
    async handler({ identity, params, query, ip }) {
      await removeMember(context, {
        identity,
        memberId: params.id,
        onlyInvited: query.status === "invited",
        actor: actorOf({ identity, ip }),
      });
      return { status: 204, headers: context.http.cookieAfter(params.id === identity.userId) };
    },
  });

const invitationTags = ["Invitations"];

/** `POST /api/auth/invitation` */
export const readInvitationRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/invitation",
    operationId: "readInvitation",
    summary: "The invitation of a link",
    description: "After 30 wrong tokens from one network within an hour, the next call gets 429.",
    tags: invitationTags,
    auth: "none",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.wrongLinks.blockedSeconds(network)),
    body: readInvitationBody,
    responses: { 200: { description: "The link is valid", schema: invitationSchema } },
    errors: ["rate_limited"],
    async handler({ body, ip }) {
      const found = await findInvitation(context, body.token);
      if (found === null) {
        await countWrongLink(context, networkOf(ip ?? ""));
        throw invalidToken();
      }
      const { accountName, name, email } = found.invitation;
      return { status: 200, body: { account: { name: accountName }, name, email } };
    },
  });

/** `POST /api/auth/accept-invitation` */
export const acceptInvitationRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/accept-invitation",
    operationId: "acceptInvitation",
    summary: "Join an account, and sign in",
    description: "The link can't be used again.",
    tags: invitationTags,
    auth: "none",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.wrongLinks.blockedSeconds(network)),
    body: acceptInvitationBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Joined", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["email_taken", "invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, body }) {
      const client = await readSessionClient(context.http, c);
      const { grant, accountName } = await acceptInvitation(context, {
        token: body.token,
        password: body.password,
        client,
      });
      return context.http.answerGrant(grant, body.transport, 200, accountName);
    },
  });
