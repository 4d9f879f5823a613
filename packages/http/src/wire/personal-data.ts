import { z } from "zod";
import { eventTypeSchema } from "./event.js";
import { countSchema, idSchema, minutesSchema, timeSchema } from "./fields.js";
import { roleSchema } from "./session.js";

const textOrNull = z.string().nullable();
const clientSchema = z.object({ label: textOrNull, user_agent: textOrNull, ip: textOrNull });
const linkSchema = z.object({ created_at: timeSchema, expires_at: timeSchema });
const madeSchema = z.array(linkSchema.extend({ user_id: idSchema }));

/** All that the service keeps of one person. */
export const personalDataSchema = z
  .object({
    exported_at: timeSchema,
    user: z.object({
      id: idSchema,
      name: z.string(),
      email: z.string(),
      role: roleSchema,
      disabled: z.boolean(),
      last_login_at: timeSchema.nullable(),
      account: z.object({ id: idSchema, name: z.string() }),
    }),
    password: textOrNull.meta({ description: "How it is kept; never the password or its hash." }),
    failed_sign_ins: countSchema.meta({
      description: "For the e-mail, from anywhere, since its last sign-in; forgotten 30 days after the last.",
    }),
    known_places: z
      .array(z.object({ hash: z.string(), seen_at: timeSchema }))
      .meta({ description: "SHA-256 of networks and keys of sign-ins, kept for 90 days." }),
    password_link: linkSchema.nullable().meta({ description: "An open link to a new password." }),
    invitations_made: madeSchema,
    password_links_made: madeSchema,
    sessions: z
      .array(
        z.object({
          id: idSchema,
          started_at: timeSchema,
          last_active_at: timeSchema,
          idle_minutes: minutesSchema,
          absolute_minutes: minutesSchema,
          idle_expires_at: timeSchema,
          absolute_expires_at: timeSchema,
          device: clientSchema,
          last_seen: clientSchema,
          last_rotated_at: timeSchema.nullable(),
          rotation_networks: textOrNull.meta({ description: "Digests of networks, with times." }),
          key_thumbprint: textOrNull,
          ended_at: timeSchema.nullable(),
          end_reason: textOrNull,
        }),
      )
      .meta({ description: "Those that are open, and those that ended within 30 days." }),
    events: z
      .array(
        z.object({
          id: idSchema,
          at: timeSchema,
          type: eventTypeSchema,
          by: z.enum(["you", "another person"]).nullable(),
          session_id: idSchema.nullable(),
          ip: textOrNull,
          details: z.record(z.string(), z.unknown()),
        }),
      )
      .meta({ description: "By or about the person, newest first." }),
  })
  .meta({ id: "PersonalData" });
