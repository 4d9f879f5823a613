import { actorOf, defineRoute, HttpProblem, wireTime } from "@curfew/http";
import { accountSchema, deleteAccountBody, renameAccountBody } from "@curfew/http/wire";
import type { ServiceContext } from "../service-context.js";
import type { Account, AccountDirectory } from "./accounts.js";
import { deleteAccount } from "./delete-account.js";
import { renameAccount } from "./rename-account.js";

const tags = ["Account"];

const wireAccount = ({ id, name, createdAt }: Account) => ({ id, name, created_at: wireTime(createdAt) });

/** `GET /api/accounts/me` */
export const accountRoute = (accounts: Pick<AccountDirectory, "read">) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me",
    operationId: "readAccount",
    summary: "The caller's account",
    tags,
    auth: "bearer",
    responses: { 200: { description: "The account", schema: accountSchema } },
    errors: ["not_found"],
    async handler({ identity }) {
      const account = await accounts.read(identity.accountId);
      if (account === null) throw new HttpProblem("not_found");
      return { status: 200, body: wireAccount(account) };
    },
  });

/** `PATCH /api/accounts/me` */
export const renameAccountRoute = (context: ServiceContext) =>
  defineRoute({
    method: "PATCH",
    path: "/api/accounts/me",
    operationId: "renameAccount",
    summary: "Rename the account",
    tags,
    auth: "owner",
    body: renameAccountBody,
    responses: { 200: { description: "The account", schema: accountSchema } },
    errors: ["not_found"],
    async handler({ identity, body, ip }) {
      const { accountId } = identity;
      const actor = actorOf({ identity, ip });
      return {
        status: 200,
        body: wireAccount(await renameAccount(context, { accountId, name: body.name, actor })),
      };
    },
  });

/** `DELETE /api/accounts/me` */
export const deleteAccountRoute = (context: ServiceContext) =>
  defineRoute({
    method: "DELETE",
    path: "/api/accounts/me",
    operationId: "deleteAccount",
    summary: "Delete the account",
    description:
      "Everybody and everything in the account is deleted, for good, and all of its sessions end (`account_deleted`). Needs the account's name and a recent sign-in. E-mails of its people can be registered again at once; the rows go within minutes.",
    tags,
    auth: "owner",
    body: deleteAccountBody,
    responses: { 204: { description: "Deleted", headers: ["Set-Cookie"] } },
    errors: ["reauthentication_required"],
    async handler({ identity, body, ip }) {
      const actor = actorOf({ identity, ip });
      await deleteAccount(context, { identity, accountName: body.account_name, actor });
      return { status: 204, headers: context.http.cookieAfter(true) };
    },
  });
