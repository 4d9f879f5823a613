import { CurfewError, type User } from "@curfew/core";
import { actorOf, defineRoute } from "@curfew/http";
import {
  changeOwnUserBody,
  deleteOwnUserBody,
  personalDataSchema,
  userSchema,
  wireUser,
} from "@curfew/http/wire";
import type { ServiceContext } from "../service-context.js";
import { refuseBlocked } from "../sign-in/limits/refuse-blocked.js";
import { changeOwnUser } from "./change-own-user.js";
import { deleteOwnUser } from "./delete-user.js";
import { answerExport } from "./export.js";

const tags = ["Own user"];

/** `GET /api/users/me` */
export const readOwnUserRoute = (context: ServiceContext) =>
  defineRoute({
    method: "GET",
    path: "/api/users/me",
    operationId: "readOwnUser",
    summary: "The caller",
    tags,
    auth: "bearer",
    responses: { 200: { description: "The caller", schema: userSchema } },
    async handler({ identity: { accountId, userId } }) {
      const user = await context.curfew.users.get(accountId, userId);
      if (user === null) throw new CurfewError("token_expired", {});
      return { status: 200, body: await wireOwnUser(context, user) };
    },
  });

/** `PATCH /api/users/me` */
export const changeOwnUserRoute = (context: ServiceContext) =>
  defineRoute({
    method: "PATCH",
    path: "/api/users/me",
    operationId: "changeOwnUser",
    summary: "Change the caller's name or e-mail",
    description:
      "Another e-mail needs the current password, whose failures count as those of sign-ins. Absent fields are unchanged.",
    tags,
    auth: "bearer",
    body: changeOwnUserBody,
    responses: { 200: { description: "The caller", schema: userSchema } },
    errors: ["email_taken", "rate_limited"],
    async handler({ identity, body, ip }) {
      const { name, email, current_password: currentPassword } = body;
      const user = await changeOwnUser(context, {
        identity,
        changes: { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) },
        currentPassword,
        actor: actorOf({ identity, ip }),
      });
      return { status: 200, body: await wireOwnUser(context, user) };
    },
  });

const wireOwnUser = async ({ accounts }: ServiceContext, user: User) =>
  wireUser(user, await accounts.nameOf(user.accountId));

/** `DELETE /api/users/me` */
export const deleteOwnUserRoute = (context: ServiceContext) =>
  defineRoute({
    method: "DELETE",
    path: "/api/users/me",
    operationId: "deleteOwnUser",
    summary: "Delete the caller",
    description:
      "Everything that is kept of the caller is deleted, for good, and all of their sessions end (`user_deleted`); the trail shows a deleted user from then on. Needs the current password, whose failures count as those of sign-ins. The last owner can delete the account instead.",
    tags,
    auth: "bearer",
    rateLimit: refuseBlocked((network) => context.limits.networkBlockedSeconds(network)),
    body: deleteOwnUserBody,
    responses: { 204: { description: "Deleted", headers: ["Set-Cookie"] } },
    errors: ["last_owner", "rate_limited"],
    async handler({ identity, body, ip }) {
      const actor = actorOf({ identity, ip });
      await deleteOwnUser(context, { identity, currentPassword: body.current_password, actor });
      return { status: 204, headers: context.http.cookieAfter(true) };
    },
  });

/** `GET /api/users/me/export` */
export const exportRoute = (context: ServiceContext) =>
  defineRoute({
    method: "GET",
    path: "/api/users/me/export",
    operationId: "exportPersonalData",
    summary: "All that is kept of the caller",
    description:
      "An attachment, streamed. Of other people's acts on the caller it says what they did, not from where. What is derived from the fields, such as the forms of a name and an e-mail that are compared, is left out; of secrets it says that they are kept.",
    tags,
    auth: "bearer",
    responses: { 200: { description: "All that is kept", schema: personalDataSchema } },
    handler: ({ identity }) => answerExport(context, identity),
  });
