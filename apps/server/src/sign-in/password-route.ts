import { defineRoute } from "@curfew/http";
import { changePasswordBody, grantSchema } from "@curfew/http/wire";
import type { People } from "../people.js";
import { changePassword } from "./change-password.js";
import { readClient } from "./client.js";
import { refuseBlockedNetwork } from "./limits/refuse-blocked-network.js";

/** `POST /api/users/me/password` */
export const passwordRoute = (people: People) =>
  defineRoute({
    method: "POST",
    path: "/api/users/me/password",
    operationId: "changePassword",
    summary: "Change the caller's password",
    description: "Begins a new session; every session of the user that was open ends (`password_changed`).",
    tags: ["Sign-in"],
    auth: "bearer",
    cookies: true,
    rateLimit: refuseBlockedNetwork(people.limits),
    body: changePasswordBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Changed", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, identity, body, ip }) {
      const client = await readClient(people.http, c);
      const grant = await changePassword(people, {
        identity,
        currentPassword: body.current_password,
        newPassword: body.new_password,
        ip,
        client,
      });
      return people.http.answerGrant(grant, body.transport);
    },
  });
