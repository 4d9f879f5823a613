import { requireSession } from "@curfew/http/next";
import { sessions } from "../../lib/sessions";

export const GET = requireSession(
  sessions,
  (_request, { identity }) =>
    Response.json({ billingOf: identity.accountId }, { headers: { "Cache-Control": "no-store" } }),
  { role: "owner" },
);
