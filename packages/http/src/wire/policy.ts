import type { ActiveUser, ActiveUsers, Curfew, PolicyView } from "@curfew/core";
import type { PolicyBounds } from "@curfew/core/policy";
import { z } from "zod";
import { countSchema, hostIdSchema, integerOrNull, minutesSchema, timeSchema } from "./fields.js";
import { wireTime, wireTimeOrNull } from "./time.js";

const overrideSchema = minutesSchema
  .nullable()
  .meta({ description: "Null: the operator's current default applies." });
const presetSchema = z.enum(["standard", "strict", "custom"]).meta({ id: "Preset" });

export const activeUserSchema = z
  .object({
    user_id: hostIdSchema,
    name: z.string(),
    email: z.string(),
    last_login_at: timeSchema.nullable(),
    last_active_at: timeSchema,
    session_count: countSchema,
  })
  .meta({ id: "ActiveUser" });

/** A user with live sessions. */
export const wireActiveUser = ({
  user,
  lastActiveAt,
  sessionCount,
}: ActiveUser): z.infer<typeof activeUserSchema> => ({
  user_id: user.id,
  name: user.name,
  email: user.email,
  last_login_at: wireTimeOrNull(user.lastLoginAt),
  last_active_at: wireTime(lastActiveAt),
  session_count: sessionCount,
});

export const policySchema = z
  .object({
    version: z.int().min(1).meta({ description: "The number in the `ETag`." }),
    idle_minutes: overrideSchema,
    absolute_minutes: overrideSchema,
    effective_idle_minutes: minutesSchema,
    effective_absolute_minutes: minutesSchema,
    default_idle_minutes: minutesSchema,
    default_absolute_minutes: minutesSchema,
    idle_minutes_min: minutesSchema,
    idle_minutes_max: minutesSchema,
    absolute_minutes_min: minutesSchema,
    absolute_minutes_max: minutesSchema,
    preset: presetSchema,
    active_users: z
      .array(activeUserSchema)
      .max(100)
      .meta({ description: "Newest sign-in first, at most 100; the counts below include all users." }),
    active_user_count: countSchema,
    active_session_count: countSchema,
  })
  .meta({ id: "SecurityPolicy" });

export const appliedPolicySchema = policySchema
  .extend({ applied: z.object({ sessions_shortened: countSchema, sessions_ended: countSchema }) })
  .meta({ id: "AppliedSecurityPolicy" });

/** The account's policy, and the users with live sessions. */
export function wirePolicy(view: PolicyView, active: ActiveUsers): z.infer<typeof policySchema> {
  const { override, effective, settings } = view;
  const { defaults, bounds } = settings;
  return {
    version: view.version,
    idle_minutes: override.idleMinutes,
    absolute_minutes: override.absoluteMinutes,
    effective_idle_minutes: effective.idleMinutes,
    effective_absolute_minutes: effective.absoluteMinutes,
    default_idle_minutes: defaults.idleMinutes,
    default_absolute_minutes: defaults.absoluteMinutes,
    idle_minutes_min: bounds.idleMinutesMin,
    idle_minutes_max: bounds.idleMinutesMax,
    absolute_minutes_min: bounds.absoluteMinutesMin,
    absolute_minutes_max: bounds.absoluteMinutesMax,
    preset: view.preset,
    active_users: active.users.map(wireActiveUser),
    active_user_count: active.userCount,
    active_session_count: active.sessionCount,
  };
}

const standardSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string(),
    idle_minutes_max: minutesSchema.nullable(),
    absolute_minutes_max: minutesSchema.nullable(),
    supported: z.boolean(),
  })
  .meta({ id: "Standard" });

export const previewSchema = z
  .object({
    effective_idle_minutes: minutesSchema,
    effective_absolute_minutes: minutesSchema,
    preset: presetSchema,
    sessions: countSchema,
    sessions_shortened: countSchema,
    sessions_ended: countSchema,
    users_ended: countSchema.meta({ description: "Users who would have no session left." }),
    users_ended_first: z.array(z.object({ user_id: hostIdSchema, name: z.string() })).max(5),
    caller_session_ends: z.boolean(),
    standards: z.array(standardSchema),
  })
  .meta({ id: "PolicyPreview" });

/** The effect that a policy would have if it were applied now. */
export function wirePreview(
  preview: Awaited<ReturnType<Curfew["policy"]["preview"]>>,
): z.infer<typeof previewSchema> {
  const { effective, effect } = preview;
  return {
    effective_idle_minutes: effective.idleMinutes,
    effective_absolute_minutes: effective.absoluteMinutes,
    preset: preview.preset,
    sessions: effect.sessions,
    sessions_shortened: effect.sessionsShortened,
    sessions_ended: effect.sessionsEnded,
    users_ended: effect.usersEnded,
    users_ended_first: effect.usersEndedFirst.map(({ userId, name }) => ({ user_id: userId, name })),
    caller_session_ends: effect.callerSessionEnds,
    standards: preview.standards.map((standard) => ({
      id: standard.id,
      name: standard.name,
      source: standard.source,
      idle_minutes_max: standard.idleMinutesMax,
      absolute_minutes_max: standard.absoluteMinutesMax,
      supported: standard.supported,
    })),
  };
}

/** Both limits as a merge patch (RFC 7396), within the operator's bounds. */
function limitFields(bounds: PolicyBounds) {
  const meta = { description: "If absent, unchanged; null removes the override (RFC 7396)." };
  return {
    idle_minutes: integerOrNull(bounds.idleMinutesMin, bounds.idleMinutesMax).optional().meta(meta),
    absolute_minutes: integerOrNull(bounds.absoluteMinutesMin, bounds.absoluteMinutesMax)
      .optional()
      .meta(meta),
  };
}

export const previewPolicyBody = (bounds: PolicyBounds) => z.strictObject(limitFields(bounds));

export const changePolicyBody = (bounds: PolicyBounds) =>
  z.strictObject({ ...limitFields(bounds), apply: z.enum(["next_login", "now"]).default("next_login") });
