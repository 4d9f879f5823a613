import type { Grant } from "@curfew/core";
import { z } from "zod";
import { countSchema, integer } from "./fields.js";
import { sessionSchema, userSchema, wireSession, wireUser } from "./session.js";
import type { Transport } from "./transport.js";

/** How the client receives its refresh token. */
export const transportField = z
  .enum(["cookie", "body"])
  .default("cookie")
  .meta({ description: "How the refresh token is sent to the client; browsers use the cookie." });

const refreshTokenField = z
  .string()
  .optional()
  .meta({ description: "For clients that do not use the cookie; takes precedence over it." });

export const idleForField = integer(0, Number.MAX_SAFE_INTEGER)
  .optional()
  .meta({ description: "Seconds since the user's last activity; 0 if absent." });

export const refreshBody = z.strictObject({
  refresh_token: refreshTokenField,
  idle_for_seconds: idleForField,
});

export const signOutBody = z.strictObject({ refresh_token: refreshTokenField });

export const grantSchema = z
  .object({
    access_token: z.string().meta({ description: "A JWT (RFC 9068); keys at /.well-known/jwks.json." }),
    token_type: z.literal("Bearer"),
    expires_in: countSchema.meta({ description: "Seconds." }),
    session: sessionSchema,
    user: userSchema,
    refresh_token: z.string().optional().meta({ description: "Only with the transport `body`." }),
  })
  .meta({ id: "Grant" });

/** The body of a sign-in or a refresh. It holds the refresh token only with the transport `body`. */
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
