import type { ActiveUsers, Curfew, PolicyView } from "@curfew/core";
import type { z } from "zod";
import type { policySchema, previewSchema } from "./policy-schemas.js";
import { wireTime, wireTimeOrNull } from "./time.js";

/** The account's policy, with who is signed in under it. */
export function wirePolicy(view: PolicyView, active: ActiveUsers): z.infer<typeof policySchema> {
  const { override, effective, settings } = view;
  const { defaults, bounds } = settings;
  return {
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
    active_users: active.users.map(({ user, lastActiveAt, sessionCount }) => ({
      user_id: user.id,
      name: user.name,
      email: user.email,
      last_login_at: wireTimeOrNull(user.lastLoginAt),
      last_active_at: wireTime(lastActiveAt),
      session_count: sessionCount,
    })),
    active_user_count: active.userCount,
    active_session_count: active.sessionCount,
  };
}

/** What a policy applied now would do. */
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
