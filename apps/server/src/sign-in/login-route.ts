import { defineRoute, HttpProblem } from "@curfew/http";
import { grantSchema, signInBody } from "@curfew/http/wire";
import type { People, SignInResult } from "../people.js";
import { readClient } from "./client.js";
import { recordFailedSignIn } from "./failed-sign-in.js";
import { refuseBlockedNetwork } from "./limits/refuse-blocked-network.js";
import { type SignInOutcome, signIn } from "./sign-in.js";

/** `POST /api/auth/login` */
export const loginRoute = (people: People) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/login",
    operationId: "signIn",
    summary: "Sign in",
    description:
      "Begins a session under the account's policy of this moment. A DPoP header binds the session to the client's key. After 10 failures for one e-mail from one network within 15 minutes, or 100 from one network for any, the next attempt gets 429.",
    tags: ["Sign-in"],
    auth: "none",
    cookies: true,
    rateLimit: refuseBlockedNetwork(people.limits),
    body: signInBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Signed in", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["invalid_credentials", "invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, body, ip }) {
      const client = await readClient(people.http, c);
      const outcome = await signIn(people, { email: body.email, password: body.password, ip, client });
      people.onSignIn?.(RESULTS[outcome.kind]);
      switch (outcome.kind) {
        case "granted":
          return people.http.answerGrant(outcome.grant, body.transport);
        case "limited":
          throw new HttpProblem("rate_limited", { retryAfterSeconds: outcome.retryAfterSeconds });
        case "refused":
          if (outcome.user !== null) recordFailedSignIn(people, outcome.user, ip);
          throw new HttpProblem("invalid_credentials");
      }
    },
  });

const RESULTS: Readonly<Record<SignInOutcome["kind"], SignInResult>> = {
  granted: "granted",
  limited: "rate_limited",
  refused: "invalid_credentials",
};
