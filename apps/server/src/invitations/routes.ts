import { defineRoute } from "@curfew/http";
import { acceptInvitationBody, grantSchema, invitationSchema, readInvitationBody } from "@curfew/http/wire";
import type { People } from "../people.js";
import { readClient } from "../sign-in/client.js";
import { acceptInvitation, findInvitation, invalidToken } from "./accept.js";

const tags = ["Invitations"];

/** `POST /api/auth/invitation` */
export const readInvitationRoute = (people: People) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/invitation",
    operationId: "readInvitation",
    summary: "What an invitation's link is for",
    tags,
    auth: "none",
    cookies: true,
    body: readInvitationBody,
    responses: { 200: { description: "The link is good", schema: invitationSchema } },
    async handler({ body }) {
      const found = await findInvitation(people, body.token);
      if (found === null) throw invalidToken();
      const { accountId, name, email } = found.invitation;
      const account = { name: await people.accounts.nameOf(accountId) };
      return { status: 200, body: { account, name, email } };
    },
  });

/** `POST /api/auth/accept-invitation` */
export const acceptInvitationRoute = (people: People) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/accept-invitation",
    operationId: "acceptInvitation",
    summary: "Join an account, and sign in",
    description: "Uses the link up.",
    tags,
    auth: "none",
    cookies: true,
    body: acceptInvitationBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Joined", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["email_taken", "invalid_proof", "use_dpop_nonce"],
    async handler({ c, body }) {
      const client = await readClient(people.http, c);
      const grant = await acceptInvitation(people, { token: body.token, password: body.password, client });
      return people.http.answerGrant(grant, body.transport);
    },
  });
