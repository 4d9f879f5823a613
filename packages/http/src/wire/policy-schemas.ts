import type { PolicyBounds } from "@curfew/core/policy";
import { z } from "zod";
import { integerOrNull } from "../fields/integer.js";
import { idSchema, timeSchema } from "./session-schemas.js";

const count = z.int().min(0);
const minutes = z.int().min(1);
const override = minutes.nullable().meta({ description: "Null inherits the live default." });
const presetSchema = z.enum(["standard", "strict", "custom"]).meta({ id: "Preset" });

export const policySchema = z
  .object({
    idle_minutes: override,
    absolute_minutes: override,
    effective_idle_minutes: minutes,
    effective_absolute_minutes: minutes,
    default_idle_minutes: minutes,
    default_absolute_minutes: minutes,
    idle_minutes_min: minutes,
    idle_minutes_max: minutes,
    absolute_minutes_min: minutes,
    absolute_minutes_max: minutes,
    preset: presetSchema,
    active_users: z
      .array(
        z.object({
          user_id: idSchema,
          name: z.string(),
          email: z.string(),
          last_login_at: timeSchema.nullable(),
          last_active_at: timeSchema,
          session_count: count,
        }),
      )
      .max(100)
      .meta({ description: "Newest sign-in first; the counts are of all." }),
    active_user_count: count,
    active_session_count: count,
  })
  .meta({ id: "SecurityPolicy" });

export const appliedPolicySchema = policySchema
  .extend({ applied: z.object({ sessions_shortened: count, sessions_ended: count }) })
  .meta({ id: "AppliedSecurityPolicy" });

const standardSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string(),
    idle_minutes_max: minutes.nullable(),
    absolute_minutes_max: minutes.nullable(),
    supported: z.boolean(),
  })
  .meta({ id: "Standard" });

export const previewSchema = z
  .object({
    effective_idle_minutes: minutes,
    effective_absolute_minutes: minutes,
    preset: presetSchema,
    sessions: count,
    sessions_shortened: count,
    sessions_ended: count,
    users_ended: count.meta({ description: "Users left with no session." }),
    users_ended_first: z.array(z.object({ user_id: idSchema, name: z.string() })).max(5),
    caller_session_ends: z.boolean(),
    standards: z.array(standardSchema),
  })
  .meta({ id: "PolicyPreview" });

/** The two limits of a body, held to the operator's bounds. */
function limitFields(bounds: PolicyBounds) {
  const note = { description: "Absent leaves it as it is; null clears the override (RFC 7396)." };
  return {
    idle_minutes: integerOrNull(bounds.idleMinutesMin, bounds.idleMinutesMax).optional().meta(note),
    absolute_minutes: integerOrNull(bounds.absoluteMinutesMin, bounds.absoluteMinutesMax)
      .optional()
      .meta(note),
  };
}

export const previewPolicyBody = (bounds: PolicyBounds) => z.strictObject(limitFields(bounds));

export const changePolicyBody = (bounds: PolicyBounds) =>
  z.strictObject({ ...limitFields(bounds), apply: z.enum(["next_login", "now"]).default("next_login") });
