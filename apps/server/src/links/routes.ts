import { networkOf } from "@curfew/core";
import { actorOf, defineRoute, wireTime } from "@curfew/http";
import {
  grantSchema,
  invitationSchema,
  makePasswordLinkBody,
  passwordLinkSchema,
  readPasswordLinkBody,
  resetPasswordBody,
} from "@curfew/http/wire";
import type { ServiceContext } from "../service-context.js";
import { readSessionClient } from "../sign-in/begin-session.js";
import { countWrongLink } from "../sign-in/limits/count-wrong-link.js";
import { refuseBlocked } from "../sign-in/limits/refuse-blocked.js";
import { makePasswordLink } from "./make-password-link.js";
import { findPasswordLink, invalidPasswordLink, resetPassword } from "./reset-password.js";

const tags = ["Password links"];

/** `POST /api/accounts/me/members/{id}/password-link` */
export const makePasswordLinkRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/accounts/me/members/{id}/password-link",
    operationId: "makePasswordLink",
    summary: "Make a link with which a person chooses a new password",
    description:
      "For who forgot the password. The link works once, within 24 hours; another one for the same person replaces it. It ends when the person is disabled or deleted or gets a new password, and when the owner who made it is disabled, demoted or deleted, or has all sessions ended by another owner. Requires a recent sign-in. An account can have 1,000 open invitations and password links.",
    tags,
    auth: "owner",
    body: makePasswordLinkBody,
    responses: { 201: { description: "The link", schema: passwordLinkSchema } },
    errors: ["not_found", "reauthentication_required", "validation_failed", "too_many"],
    async handler({ identity, params, ip }) {
      const actor = actorOf({ identity, ip });
      const { url, expiresAt } = await makePasswordLink(context, { identity, userId: params.id, actor });
      return { status: 201, body: { url, expires_at: wireTime(expiresAt) } };
    },
  });

/** `POST /api/auth/password-link` */
export const readPasswordLinkRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/password-link",
    operationId: "readPasswordLink",
    summary: "Whom a link to a new password is for",
    description:
      "After 30 wrong tokens of password links and invitations from one network within an hour, the next call gets 429.",
    tags,
    auth: "none",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.wrongLinks.blockedSeconds(network)),
    body: readPasswordLinkBody,
    responses: { 200: { description: "The link is valid", schema: invitationSchema } },
    errors: ["rate_limited"],
    async handler({ body, ip }) {
      const found = await findPasswordLink(context, body.token);
      if (found === null) {
        await countWrongLink(context, networkOf(ip ?? ""));
        throw invalidPasswordLink();
      }
      const { accountName, name, email } = found.link;
      return { status: 200, body: { account: { name: accountName }, name, email } };
    },
  });

/** `POST /api/auth/reset-password` */
export const resetPasswordRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/reset-password",
    operationId: "resetPassword",
    summary: "Choose a new password by a link, and sign in",
    description:
      "The link can't be used again. All other sessions of the user end (`password_changed`). Failed sign-ins of the user's e-mail don't count here, and are forgotten.",
    tags,
    auth: "none",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.wrongLinks.blockedSeconds(network)),
    body: resetPasswordBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Changed", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, body }) {
      const client = await readSessionClient(context.http, c);
      const { token, password } = body;
      const { grant, accountName } = await resetPassword(context, { token, password, client });
      return context.http.answerGrant(grant, body.transport, 200, accountName);
    },
  });
