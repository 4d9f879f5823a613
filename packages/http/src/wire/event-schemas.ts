import { EVENT_TYPES } from "@curfew/core";
import { z } from "zod";
import { idSchema, personSchema, timeSchema } from "./session-schemas.js";

export const eventSchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    type: z.enum(EVENT_TYPES).meta({ id: "EventType" }),
    actor: personSchema.nullable().meta({ description: "Null where nobody acted." }),
    session_id: idSchema
      .nullable()
      .meta({ description: "The session that it is about, else the one that acted." }),
    ip: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "AuditEvent" });
