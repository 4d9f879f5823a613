import { type AuditEvent, EVENT_TYPES } from "@curfew/core";
import { z } from "zod";
import { idSchema, timeSchema } from "./fields.js";
import { personSchema, wirePerson } from "./session.js";
import { wireTime } from "./time.js";

export const eventTypeSchema = z.enum(EVENT_TYPES).meta({ id: "EventType" });

export const eventSchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    type: eventTypeSchema,
    actor: personSchema.nullable().meta({ description: "Null if no user caused the event." }),
    session_id: idSchema
      .nullable()
      .meta({ description: "The session that the event is about, or else the actor's session." }),
    ip: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "AuditEvent" });

/** An event of the audit trail. */
export const wireEvent = (event: AuditEvent): z.infer<typeof eventSchema> => ({
  id: event.id,
  at: wireTime(event.at),
  type: event.type,
  actor: event.actor === null ? null : wirePerson(event.actor),
  session_id: event.sessionId,
  ip: event.ip,
  details: event.details,
});
