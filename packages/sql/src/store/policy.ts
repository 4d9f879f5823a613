import type { StoredPolicy, WritePolicyInput, WritePolicyOutcome } from "@curfew/core";
import type { EffectivePolicy } from "@curfew/core/policy";
import { all, clock, lockAccount, run, type Unit } from "../unit.js";
import { ensureAccount, readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import { ENDED_COLUMNS, recordExpiries } from "./expiries.js";
import { writeFeed } from "./feed.js";
import { isLive } from "./live.js";
import { shorteningTo } from "./shortening.js";

export function* readPolicy(context: StoreContext, accountId: string): Unit<StoredPolicy> {
  const { override, state } = yield* readAccount(context, accountId);
  return { override, version: state.policyVersion, now: yield* clock() };
}

/** Writes a policy as the version after the expected one, and shortens the live sessions where told so. */
export function* writePolicy(context: StoreContext, input: WritePolicyInput): Unit<WritePolicyOutcome> {
  const { accountId, override, shorten } = input;
  const now = yield* lockAccount(accountId);
  const { state } = yield* readAccount(context, accountId);
  if (state.policyVersion !== input.expectedVersion) return { kind: "moved" };
  const version = state.policyVersion + 1;
  const applied = shorten !== null;

  yield* ensureAccount(context, accountId);
  yield* run(
    context.queries
      .updateTable("curfew_accounts")
      .set({
        idle_minutes: override.idleMinutes,
        absolute_minutes: override.absoluteMinutes,
        policy_version: version,
        ...(applied ? { applied_policy_version: version } : {}),
      })
      .where("id", "=", accountId),
  );
  yield* writeEvent(context, accountId, now, input.event);
  const { ended, shortened } =
    shorten === null
      ? { ended: 0, shortened: 0 }
      : yield* shortenSessions(context, accountId, state.epoch, shorten, now);
  const row = yield* writeFeed(context, accountId, now, { scope: "policy", version, applied });
  return { kind: "written", version, sessionsShortened: shortened, sessionsEnded: ended, feed: [row], now };
}

/** Shortens all live sessions of an account; those whose new deadline has passed end at it, as expired. */
function* shortenSessions(
  context: StoreContext,
  accountId: string,
  accountEpoch: number,
  limits: EffectivePolicy,
  now: number,
): Unit<{ ended: number; shortened: number }> {
  const { dialect, queries } = context;
  const shortening = shorteningTo(dialect, limits, now);
  const shorter = {
    idle_minutes: shortening.idleMinutes,
    absolute_minutes: shortening.absoluteMinutes,
    idle_expires_at: shortening.idleExpiresAt,
    absolute_expires_at: shortening.absoluteExpiresAt,
  };

  const ended = yield* all(
    queries
      .updateTable("curfew_sessions")
      .set({ ...shorter, ended_at: shortening.idleExpiresAt, end_reason: shortening.reason })
      .where("account_id", "=", accountId)
      .where(isLive(accountEpoch, now))
      .where(shortening.ends)
      .returning(ENDED_COLUMNS),
  );
  yield* recordExpiries(context, ended, now);
  const shortened = yield* run(
    queries
      .updateTable("curfew_sessions")
      .set(shorter)
      .where("account_id", "=", accountId)
      .where(isLive(accountEpoch, now))
      .where(shortening.changes),
  );
  return { ended: ended.length, shortened };
}
