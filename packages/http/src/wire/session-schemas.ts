import { z } from "zod";
import { integer } from "../fields/integer.js";

export const idSchema = z.uuid().meta({ description: "A UUIDv7 (RFC 9562)." });
export const timeSchema = z.iso
  .datetime({ precision: 3 })
  .meta({ description: "RFC 3339, in UTC with milliseconds." });
const minutes = z.int().min(1);

export const personSchema = z
  .object({ id: idSchema, name: z.string(), email: z.string() })
  .meta({ id: "Person" });

export const roleSchema = z.enum(["owner", "member"]).meta({ id: "Role" });

export const sessionSchema = z
  .object({
    id: idSchema,
    started_at: timeSchema,
    last_active_at: timeSchema,
    idle_minutes: minutes,
    absolute_minutes: minutes,
    idle_expires_at: timeSchema,
    absolute_expires_at: timeSchema,
    idle_expires_in_ms: z.int().min(0).meta({ description: "From the moment of the answer." }),
    absolute_expires_in_ms: z.int().min(0).meta({ description: "From the moment of the answer." }),
  })
  .meta({ id: "Session" });

export const userSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    account: z.object({ id: idSchema, name: z.string() }),
  })
  .meta({ id: "User" });

export const grantSchema = z
  .object({
    access_token: z.string().meta({ description: "A JWT (RFC 9068); keys at /.well-known/jwks.json." }),
    token_type: z.literal("Bearer"),
    expires_in: z.int().min(0).meta({ description: "Seconds." }),
    session: sessionSchema,
    user: userSchema,
    refresh_token: z.string().optional().meta({ description: "Only where the token travels in bodies." }),
  })
  .meta({ id: "Grant" });

export const sessionAndUserSchema = z.object({ session: sessionSchema, user: userSchema });

const text = z.string().nullable();

export const sessionItemSchema = z
  .object({
    id: idSchema,
    user: personSchema,
    device: z.object({ label: text, user_agent: text, ip: text }),
    started_at: timeSchema,
    last_active_at: timeSchema,
    idle_expires_at: timeSchema,
    absolute_expires_at: timeSchema,
    current: z.boolean().meta({ description: "The session that asks." }),
  })
  .meta({ id: "SessionItem" });

const nextCursor = z.string().nullable().meta({ description: "Null on the last page." });

/** A page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: nextCursor });

export const revokedSchema = z.object({
  revoked_count: z.int().min(0).meta({ description: "Live sessions that ended." }),
});

export const revokeSessionsBody = z.strictObject({ scope: z.enum(["all", "others"]).default("all") });

const refreshTokenField = z
  .string()
  .optional()
  .meta({ description: "For clients whose token travels in bodies; it wins over a cookie." });

export const signOutBody = z.strictObject({ refresh_token: refreshTokenField });

export const refreshBody = z.strictObject({
  refresh_token: refreshTokenField,
  idle_for_seconds: integer(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: "How long ago the person last touched the page; absent means 0." }),
});
