import type { Policies, PolicyUpdate, PolicyView } from "../curfew.js";
import { CurfewError, contended } from "../errors.js";
import { type EventDetails, eventBy } from "../events.js";
import {
  loosens,
  type PolicyOverride,
  type PolicyPatch,
  type PolicySettings,
  presetOf,
  resolvePolicy,
} from "../policy/policy.js";
import { standardsFor } from "../policy/standards.js";
import { validatePolicy } from "../policy/validate.js";
import type { ActiveUsers } from "../store.js";
import { type EngineContext, MAX_ATTEMPTS } from "./context.js";
import { requireRecentActor } from "./recent-sign-in.js";
import { ACTIVE_USERS_LIMIT } from "./users.js";

/** The maximum number of signed-out users that a preview names. */
const NAMES_LIMIT = 5;

/** Creates `Curfew.policy`. */
export function createPolicies({ store, settings, feed, sweepSoon }: EngineContext): Policies {
  const view = (override: PolicyOverride, version: number): PolicyView => ({
    override,
    effective: resolvePolicy(override, settings.policy),
    preset: presetOf(override),
    version,
    settings: settings.policy,
  });

  return {
    async get(accountId) {
      const { override, version } = await store.readPolicy(accountId);
      return view(override, version);
    },

    async update(accountId, patch, options) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const current = await store.readPolicy(accountId);
        const override = applyValidPatch(patch, current.override, settings.policy);
        const before = resolvePolicy(current.override, settings.policy);
        const after = resolvePolicy(override, settings.policy);
        const { actor, authenticatedAt } = options;
        if (authenticatedAt !== undefined && loosens(before, after))
          await requireRecentActor({ store, settings }, { accountId, actor, authenticatedAt }, current.now);
        if (options.version !== undefined && options.version !== current.version)
          throw new CurfewError("precondition_failed", { version: current.version });
        const apply = options.apply ?? "next_login";
        if (apply === "next_login" && isSameOverride(override, current.override))
          return unchanged(
            view(override, current.version),
            await store.listActiveUsers(accountId, ACTIVE_USERS_LIMIT),
          );

        const outcome = await store.writePolicy({
          accountId,
          expectedVersion: current.version,
          override,
          shorten: apply === "now" ? after : null,
          callerSessionId: options.actor.sessionId,
          ownerOnly: options.ownerOnly ?? false,
          activeUsersLimit: ACTIVE_USERS_LIMIT,
          event: eventBy(options.actor, "policy.changed", {
            before: auditedPolicy(current.override, settings.policy),
            after: auditedPolicy(override, settings.policy),
            apply,
          }),
        });
        if (outcome.kind === "not_owner") throw new CurfewError("token_expired", {});
        if (outcome.kind === "moved") continue;
        feed.remember(outcome.feed);
        if (!outcome.isSettled) sweepSoon();
        const { sessionsShortened, sessionsEnded, callerSessionEnded, activeUsers } = outcome;
        return {
          ...view(override, outcome.version),
          sessionsShortened,
          sessionsEnded,
          callerSessionEnded,
          activeUsers,
        };
      }
      throw contended();
    },

    async preview(accountId, patch, options = {}) {
      const current = await store.readPolicy(accountId);
      const override = applyValidPatch(patch, current.override, settings.policy);
      const effective = resolvePolicy(override, settings.policy);
      const effect = await store.previewPolicy({
        accountId,
        shorten: effective,
        callerSessionId: options.callerSessionId ?? null,
        namesLimit: NAMES_LIMIT,
      });
      return { effective, preset: presetOf(override), effect, standards: standardsFor(effective) };
    },
  };
}

const unchanged = (view: PolicyView, activeUsers: ActiveUsers): PolicyUpdate => ({
  ...view,
  sessionsShortened: 0,
  sessionsEnded: 0,
  callerSessionEnded: false,
  activeUsers,
});

function applyValidPatch(
  patch: PolicyPatch,
  current: PolicyOverride,
  settings: PolicySettings,
): PolicyOverride {
  const validation = validatePolicy(patch, current, settings);
  if (!validation.ok) throw new CurfewError("validation_failed", { faults: validation.faults });
  return validation.override;
}

const isSameOverride = (a: PolicyOverride, b: PolicyOverride): boolean =>
  a.idleMinutes === b.idleMinutes && a.absoluteMinutes === b.absoluteMinutes;

/** A policy in the audit trail: the override, and its effective limits under the defaults at that time. */
function auditedPolicy(override: PolicyOverride, settings: PolicySettings): EventDetails {
  const effective = resolvePolicy(override, settings);
  return {
    idle_minutes: override.idleMinutes,
    absolute_minutes: override.absoluteMinutes,
    effective_idle_minutes: effective.idleMinutes,
    effective_absolute_minutes: effective.absoluteMinutes,
  };
}
