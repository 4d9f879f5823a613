import type { Device, EndedFate, Session, SessionPage, User } from "@curfew/core";
import { z } from "zod";
import { countSchema, hostIdSchema, idSchema, minutesSchema, timeSchema } from "./fields.js";
import { wireTime } from "./time.js";

export const personSchema = z
  .object({ id: hostIdSchema, name: z.string(), email: z.string() })
  .meta({ id: "Person" });

/** The user as actor, or as owner of a listed session. */
export const wirePerson = ({
  id,
  name,
  email,
}: Pick<User, "id" | "name" | "email">): z.infer<typeof personSchema> => ({ id, name, email });

export const roleSchema = z.enum(["owner", "member"]).meta({ id: "Role" });

export const userSchema = z
  .object({
    id: hostIdSchema,
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    account: z.object({ id: hostIdSchema, name: z.string() }),
  })
  .meta({ id: "User" });

/** The signed-in user, with role and account. */
export const wireUser = (user: User, accountName: string): z.infer<typeof userSchema> => ({
  ...wirePerson(user),
  role: user.role,
  account: { id: user.accountId, name: accountName },
});

const remainingMs = countSchema.meta({ description: "Milliseconds from the moment of the answer." });

export const sessionSchema = z
  .object({
    id: idSchema,
    started_at: timeSchema,
    last_active_at: timeSchema,
    idle_minutes: minutesSchema,
    absolute_minutes: minutesSchema,
    idle_expires_at: timeSchema,
    absolute_expires_at: timeSchema,
    idle_expires_in_ms: remainingMs,
    absolute_expires_in_ms: remainingMs,
  })
  .meta({ id: "Session" });

/**
 * A session as its own client sees it.
 *
 * @param now milliseconds since the Unix epoch; `*_expires_in_ms` count from it
 */
export function wireSession(session: Session, now: number): z.infer<typeof sessionSchema> {
  return {
    id: session.id,
    started_at: wireTime(session.startedAt),
    last_active_at: wireTime(session.lastActiveAt),
    idle_minutes: session.idleMinutes,
    absolute_minutes: session.absoluteMinutes,
    idle_expires_at: wireTime(session.idleExpiresAt),
    absolute_expires_at: wireTime(session.absoluteExpiresAt),
    idle_expires_in_ms: Math.max(0, session.idleExpiresAt - now),
    absolute_expires_in_ms: Math.max(0, session.absoluteExpiresAt - now),
  };
}

export const sessionAndUserSchema = z.object({ session: sessionSchema, user: userSchema });

/** How a session ended: the data of the event `session.ended`. */
export const wireEnd = (fate: EndedFate) => ({
  code: fate.state === "expired" ? "session_expired" : "session_revoked",
  reason: fate.reason,
  ended_at: wireTime(fate.endedAt),
});

const textOrNull = z.string().nullable();

const deviceSchema = z.object({ label: textOrNull, user_agent: textOrNull, ip: textOrNull });

const wireDevice = ({ label, userAgent, ip }: Device): z.infer<typeof deviceSchema> => ({
  label,
  user_agent: userAgent,
  ip,
});

export const sessionItemSchema = z
  .object({
    id: idSchema,
    user: personSchema,
    device: deviceSchema.meta({ description: "The client of the sign-in." }),
    last_seen: deviceSchema.meta({ description: "The client of the newest refresh, or of the sign-in." }),
    started_at: timeSchema,
    last_active_at: timeSchema,
    idle_expires_at: timeSchema,
    absolute_expires_at: timeSchema,
    current: z.boolean().meta({ description: "True for the caller's own session." }),
  })
  .meta({ id: "SessionItem" });

/** A session in a list. */
export function wireSessionItem(
  { session, user }: SessionPage["items"][number],
  callerSessionId: string,
): z.infer<typeof sessionItemSchema> {
  return {
    id: session.id,
    user: wirePerson(user),
    device: wireDevice(session.device),
    last_seen: wireDevice(session.lastSeen),
    started_at: wireTime(session.startedAt),
    last_active_at: wireTime(session.lastActiveAt),
    idle_expires_at: wireTime(session.idleExpiresAt),
    absolute_expires_at: wireTime(session.absoluteExpiresAt),
    current: session.id === callerSessionId,
  };
}

export const revokeSessionsBody = z.strictObject({ scope: z.enum(["all", "others"]).default("all") });

export const revokedSchema = z.object({
  revoked_count: countSchema.meta({ description: "Live sessions that ended." }),
});
