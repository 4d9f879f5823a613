import { requireSession } from "@curfew/http/next";
import { sessions } from "../../lib/sessions";

export const GET = requireSession(
  sessions,
  (_request, { identity }) => Response.json({ billingOf: identity.accountId }),
  { role: "owner" },
);
