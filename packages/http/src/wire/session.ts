import type { EndedFate, Session, SessionPage, User } from "@curfew/core";
import type { z } from "zod";
import type { personSchema, sessionItemSchema, sessionSchema, userSchema } from "./session-schemas.js";
import { wireTime } from "./time.js";

/** A session as its own client sees it; what remains counts from `now`, milliseconds since the Unix epoch. */
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

/** A person as the wire names one. */
export const wirePerson = ({
  id,
  name,
  email,
}: Pick<User, "id" | "name" | "email">): z.infer<typeof personSchema> => ({ id, name, email });

/** Who is signed in. */
export const wireUser = (user: User, accountName: string): z.infer<typeof userSchema> => ({
  ...wirePerson(user),
  role: user.role,
  account: { id: user.accountId, name: accountName },
});

/** A session in a list; `current` where it is the one that asks. */
export function wireSessionItem(
  { session, user }: SessionPage["items"][number],
  callerSessionId: string,
): z.infer<typeof sessionItemSchema> {
  const { label, userAgent, ip } = session.device;
  return {
    id: session.id,
    user: wirePerson(user),
    device: { label, user_agent: userAgent, ip },
    started_at: wireTime(session.startedAt),
    last_active_at: wireTime(session.lastActiveAt),
    idle_expires_at: wireTime(session.idleExpiresAt),
    absolute_expires_at: wireTime(session.absoluteExpiresAt),
    current: session.id === callerSessionId,
  };
}

/** How a session ended, as a stream tells it. */
export const wireEnd = (fate: EndedFate) => ({
  code: fate.state === "expired" ? "session_expired" : "session_revoked",
  reason: fate.reason,
  ended_at: wireTime(fate.endedAt),
});
