import type { AuditEvent } from "@curfew/core";
import type { z } from "zod";
import type { eventSchema } from "./event-schemas.js";
import { wirePerson } from "./session.js";
import { wireTime } from "./time.js";

/** A row of the audit trail. */
export const wireEvent = (event: AuditEvent): z.infer<typeof eventSchema> => ({
  id: event.id,
  at: wireTime(event.at),
  type: event.type,
  actor: event.actor === null ? null : wirePerson(event.actor),
  session_id: event.sessionId,
  ip: event.ip,
  details: event.details,
});
