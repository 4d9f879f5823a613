import { defineRoute, HttpProblem } from "@curfew/http";
import { changePasswordBody, grantSchema, registerBody, signInBody } from "@curfew/http/wire";
import { register } from "../accounts/register.js";
import type { ServiceContext, SignInResult } from "../service-context.js";
import { readSessionClient } from "./begin-session.js";
import { changePassword } from "./change-password.js";
import { refuseBlocked } from "./limits/refuse-blocked.js";
import { type SignInOutcome, signIn } from "./sign-in.js";

const tags = ["Sign-in"];

/** `POST /api/auth/register` */
export const registerRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/register",
    operationId: "registerAccount",
    summary: "Create an account and its first owner, and sign in",
    description:
      "With closed registration only the first account can be created, with the setup token that the service's log shows at each start until then, and that `curfew setup-token` prints. After 10 registrations from one network within an hour, made or refused as `email_taken`, the next gets 429.",
    tags,
    auth: "none",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.registrations.blockedSeconds(network)),
    body: registerBody,
    requestHeaders: ["DPoP"],
    responses: {
      201: { description: "Account created", schema: grantSchema, headers: ["Set-Cookie"] },
    },
    errors: ["forbidden", "email_taken", "invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, body }) {
      const client = await readSessionClient(context.http, c);
      const { name, email, password, transport, setup_token: setupToken } = body;
      const grant = await register(context, {
        accountName: body.account_name,
        name,
        email,
        password,
        setupToken,
        client,
      });
      return context.http.answerGrant(grant, transport, 201, body.account_name);
    },
  });

/** `POST /api/auth/login` */
export const loginRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/login",
    operationId: "signIn",
    summary: "Sign in",
    description:
      "Begins a session under the account's current policy. A DPoP header binds the session to the client's key. After 10 failures for one e-mail from one network within 15 minutes, 100 from one network for any e-mail, or 1,000 from one IPv6 /48, the next attempt gets 429. After 100 failures for one e-mail from anywhere since its last sign-in, so does an attempt within 15 minutes after a failure, unless it comes from a network or with a key that signed in or refreshed for that user within 90 days.",
    tags,
    auth: "none",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.limits.networkBlockedSeconds(network)),
    body: signInBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Signed in", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["invalid_credentials", "invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, body, ip }) {
      const client = await readSessionClient(context.http, c);
      const { email, password, end_others_first: endsOthers } = body;
      const outcome = await signIn(context, { email, password, endsOthers, ip, client });
      context.onSignIn?.(SIGN_IN_RESULTS[outcome.kind]);
      switch (outcome.kind) {
        case "granted":
          return context.http.answerGrant(outcome.grant, body.transport, 200, outcome.accountName);
        case "limited":
          throw new HttpProblem("rate_limited", { retryAfterSeconds: outcome.retryAfterSeconds });
        case "refused":
          throw new HttpProblem("invalid_credentials");
      }
    },
  });

const SIGN_IN_RESULTS: Readonly<Record<SignInOutcome["kind"], SignInResult>> = {
  granted: "granted",
  limited: "rate_limited",
  refused: "invalid_credentials",
};

/** `POST /api/users/me/password` */
export const passwordRoute = (context: ServiceContext) =>
  defineRoute({
    method: "POST",
    path: "/api/users/me/password",
    operationId: "changePassword",
    summary: "Change the caller's password",
    description: "Begins a new session. All other sessions of the user end (`password_changed`).",
    tags,
    auth: "bearer",
    cookies: true,
    rateLimit: refuseBlocked((network) => context.limits.networkBlockedSeconds(network)),
    body: changePasswordBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "Changed", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["invalid_proof", "use_dpop_nonce", "rate_limited"],
    async handler({ c, identity, body, ip }) {
      const client = await readSessionClient(context.http, c);
      const { grant, accountName } = await changePassword(context, {
        identity,
        currentPassword: body.current_password,
        newPassword: body.new_password,
        ip,
        client,
      });
      return context.http.answerGrant(grant, body.transport, 200, accountName);
    },
  });
