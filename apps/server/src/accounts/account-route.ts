import { defineRoute, HttpProblem, wireTime } from "@curfew/http";
import { accountSchema } from "@curfew/http/wire";
import type { People } from "../people.js";

/** `GET /api/accounts/me` */
export const accountRoute = ({ accounts }: Pick<People, "accounts">) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me",
    operationId: "readAccount",
    summary: "The caller's account",
    tags: ["Account"],
    auth: "bearer",
    responses: { 200: { description: "The account", schema: accountSchema } },
    errors: ["not_found"],
    async handler({ identity }) {
      const account = await accounts.read(identity.accountId);
      if (account === null) throw new HttpProblem("not_found");
      const { id, name, createdAt } = account;
      return { status: 200, body: { id, name, created_at: wireTime(createdAt) } };
    },
  });
