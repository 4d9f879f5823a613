import { defineRoute } from "@curfew/http";
import { grantSchema, registerBody } from "@curfew/http/wire";
import type { People } from "../people.js";
import { readClient } from "./client.js";
import { register } from "./register.js";

/** `POST /api/auth/register` */
export const registerRoute = (people: People) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/register",
    operationId: "registerAccount",
    summary: "Make an account and its first owner, and sign in",
    tags: ["Sign-in"],
    auth: "none",
    cookies: true,
    body: registerBody,
    requestHeaders: ["DPoP"],
    responses: {
      201: { description: "The account is there", schema: grantSchema, headers: ["Set-Cookie"] },
    },
    errors: ["forbidden", "email_taken", "invalid_proof", "use_dpop_nonce"],
    async handler({ c, body }) {
      const client = await readClient(people.http, c);
      const { name, email, password, transport } = body;
      const grant = await register(people, {
        accountName: body.account_name,
        name,
        email,
        password,
        client,
      });
      return people.http.answerGrant(grant, transport, 201);
    },
  });
