import type { Policies, PolicyUpdateOptions, PolicyView } from "../curfew.js";
import { CurfewError } from "../errors.js";
import type { EventDetails } from "../events.js";
import type { PolicyOverride, PolicyPatch, PolicySettings } from "../policy/policy.js";
import { loosens, presetOf, resolvePolicy } from "../policy/policy.js";
import { standardsFor } from "../policy/standards.js";
import { validatePolicy } from "../policy/validate.js";
import { ATTEMPTS, type EngineContext } from "./context.js";
import { requireRecentSignIn } from "./recent-sign-in.js";
import { contended } from "./refusals.js";

/** How many of the people that a policy signs out are named. */
const NAMES_LIMIT = 5;

/** Makes `Curfew.policy`. */
export function createPolicies<Extra>({ store, settings, feed }: EngineContext<Extra>): Policies {
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
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const current = await store.readPolicy(accountId);
        const override = patched(patch, current.override, settings.policy);
        const before = resolvePolicy(current.override, settings.policy);
        const after = resolvePolicy(override, settings.policy);
        if (options.authenticatedAt !== undefined && loosens(before, after))
          requireRecentSignIn(options.authenticatedAt, current.now, settings.reauthMs);
        if (options.version !== undefined && options.version !== current.version)
          throw new CurfewError("precondition_failed", { version: current.version });
        const apply = options.apply ?? "next_login";
        if (apply === "next_login" && isSame(override, current.override))
          return { ...view(override, current.version), sessionsShortened: 0, sessionsEnded: 0 };

        const outcome = await store.writePolicy({
          accountId,
          expectedVersion: current.version,
          override,
          shorten: apply === "now" ? after : null,
          event: changeEvent(options, {
            before: limitsOf(current.override, settings.policy),
            after: limitsOf(override, settings.policy),
            apply,
          }),
        });
        if (outcome.kind === "moved") continue;
        feed.remember(outcome.feed);
        const { sessionsShortened, sessionsEnded } = outcome;
        return { ...view(override, outcome.version), sessionsShortened, sessionsEnded };
      }
      throw contended();
    },

    async preview(accountId, patch, options = {}) {
      const current = await store.readPolicy(accountId);
      const override = patched(patch, current.override, settings.policy);
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

function patched(patch: PolicyPatch, current: PolicyOverride, settings: PolicySettings): PolicyOverride {
  const validation = validatePolicy(patch, current, settings);
  if (!validation.ok) throw new CurfewError("validation_failed", { faults: validation.faults });
  return validation.override;
}

const isSame = (a: PolicyOverride, b: PolicyOverride): boolean =>
  a.idleMinutes === b.idleMinutes && a.absoluteMinutes === b.absoluteMinutes;

function changeEvent({ actor }: PolicyUpdateOptions, details: EventDetails) {
  return {
    type: "policy.changed" as const,
    actorId: actor.userId,
    sessionId: actor.sessionId,
    ip: actor.ip,
    details,
  };
}

/** As the audit trail tells a policy: what was set, and what it came to under the defaults of that day. */
function limitsOf(override: PolicyOverride, settings: PolicySettings): EventDetails {
  const effective = resolvePolicy(override, settings);
  return {
    idle_minutes: override.idleMinutes,
    absolute_minutes: override.absoluteMinutes,
    effective_idle_minutes: effective.idleMinutes,
    effective_absolute_minutes: effective.absoluteMinutes,
  };
}
