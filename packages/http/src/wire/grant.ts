import type { Grant } from "@curfew/core";
import type { z } from "zod";
import type { Transport } from "../http.js";
import { wireSession, wireUser } from "./session.js";
import type { grantSchema } from "./session-schemas.js";

/** The body of a sign-in and of a refresh; the refresh token stands in it only where it travels in bodies. */
export const wireGrant = (
  grant: Grant,
  accountName: string,
  transport: Transport,
): z.infer<typeof grantSchema> => ({
  access_token: grant.accessToken,
  token_type: "Bearer",
  expires_in: grant.expiresInSeconds,
  session: wireSession(grant.session, grant.now),
  user: wireUser(grant.user, accountName),
  ...(transport === "body" ? { refresh_token: grant.refreshToken } : {}),
});
