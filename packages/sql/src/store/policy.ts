import type { StoredPolicy, WritePolicyInput, WritePolicyOutcome } from "@curfew/core";
import type { EffectivePolicy } from "@curfew/core/policy";
import { sql } from "kysely";
import { clock, first, lastly, lockAccount, raw, run, together, type Unit } from "../unit.js";
import { type Shortening, setLimit, shorteningTo } from "./account-limit.js";
import { accountDeleted, ensureAccount, readAccount, type StoredAccount } from "./accounts.js";
import { isActingOwner } from "./acting-owner.js";
import type { ActiveUsersLister } from "./active-users.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { type LiveUsers, readLiveUsers } from "./live-users.js";
import { isLive } from "./session-state.js";
import { settleBatch } from "./settle-limit.js";

export function* readPolicy(context: StoreContext, accountId: string): Unit<StoredPolicy> {
  const [{ override, state }, now] = yield* lastly(readAccount(context, accountId), clock());
  return { override, version: state.policyVersion, now };
}

/** What `writePolicy` needs besides the call's input. */
export interface PolicyWriterOptions {
  /** Lists the users of the outcome, in the same transaction. */
  readonly listActiveUsers: ActiveUsersLister;
  /** How many sessions get their new deadlines in the same transaction; `sweep` writes those of the others. */
  readonly settledAtOnce: number;
}

/**
 * Writes a policy if the stored version is the expected one, and puts `shorten`, if it is given, on the live
 * sessions: as a limit of the account, which costs one pass over them. Returns `limited`, and writes nothing,
 * while the sessions' rows don't hold an earlier limit yet.
 */
export function* writePolicy(
  context: StoreContext,
  { listActiveUsers, settledAtOnce }: PolicyWriterOptions,
  input: WritePolicyInput,
): Unit<WritePolicyOutcome | { readonly kind: "limited" }> {
  const { accountId, override, shorten, callerSessionId, activeUsersLimit } = input;
  const [now, account] = yield* together(lockAccount(accountId), readAccount(context, accountId));
  const { policyVersion } = account.state;
  if (account.deletedAt !== null) throw accountDeleted(account.deletedAt);
  if (input.ownerOnly === true && !(yield* isActingOwner(context.queries, accountId, callerSessionId)))
    return { kind: "not_owner" };
  if (policyVersion !== input.expectedVersion) return { kind: "moved" };
  if (shorten !== null && account.limit !== null) return { kind: "limited" };
  const version = policyVersion + 1;
  const applied = shorten !== null;

  yield* ensureAccount(context, accountId, account.state);
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
  const callerWasLive = applied && (yield* isLiveSession(context, accountId, callerSessionId, account, now));
  const { activeUsers, ended, shortened, stored } =
    shorten === null
      ? {
          activeUsers: yield* listActiveUsers(accountId, activeUsersLimit),
          ended: 0,
          shortened: 0,
          stored: 0,
        }
      : yield* limitSessions(context, {
          accountId,
          account,
          version,
          shorten,
          activeUsersLimit,
          settledAtOnce,
          now,
        });
  const after = yield* readAccount(context, accountId);
  const callerIsLive =
    callerWasLive && (yield* isLiveSession(context, accountId, callerSessionId, after, now));
  const row = yield* writeFeed(context, accountId, now, { scope: "policy", version, applied });
  return {
    kind: "written",
    version,
    sessionsShortened: shortened,
    sessionsEnded: ended,
    callerSessionEnded: callerWasLive && !callerIsLive,
    activeUsers,
    endsStored: stored,
    isSettled: after.limit === null,
    feed: [row],
    now,
  };
}

function* isLiveSession(
  context: StoreContext,
  accountId: string,
  sessionId: string | null,
  account: StoredAccount,
  now: number,
): Unit<boolean> {
  if (sessionId === null) return false;
  const session = yield* first(
    context.queries
      .selectFrom("curfew_sessions")
      .select("id")
      .where("account_id", "=", accountId)
      .where("id", "=", sessionId)
      .where(isLive(account, now)),
  );
  return session !== null;
}

interface NewLimit {
  readonly accountId: string;
  /** As it was before the policy was written. */
  readonly account: StoredAccount;
  readonly version: number;
  readonly shorten: EffectivePolicy;
  readonly activeUsersLimit: number;
  readonly settledAtOnce: number;
  readonly now: number;
}

/** Puts new limits on the live sessions of an account, and counts those that they end and shorten. */
function* limitSessions(
  context: StoreContext,
  { accountId, account, version, shorten, activeUsersLimit, settledAtOnce, now }: NewLimit,
): Unit<LiveUsers & { stored: number }> {
  const shortening = shorteningTo(context.dialect, shorten, now);
  if (context.dialect.writesConcurrently) yield* holdEnding(context, accountId, account, shortening, now);
  const effect = yield* readLiveUsers(context, {
    accountId,
    account,
    shortening,
    limit: activeUsersLimit,
    now,
  });
  if (effect.ended === 0 && effect.shortened === 0) return { ...effect, stored: 0 };
  const limit = { ...shorten, version, epoch: account.state.epoch, at: now, settledTo: "" };
  yield* setLimit(context, accountId, limit);
  if (settledAtOnce === 0) return { ...effect, stored: 0 };
  const { expired } = yield* settleBatch(context, accountId, settledAtOnce, now);
  return { ...effect, stored: expired };
}

/**
 * Waits for the refreshes of the sessions that new limits end, and holds their rows until the commit. A refresh
 * that gets such a row later reads the account's limit again (`isWithinLimitOfAccount`).
 */
function* holdEnding(
  { queries }: StoreContext,
  accountId: string,
  account: StoredAccount,
  { ends }: Shortening,
  now: number,
): Unit<void> {
  yield* run(
    raw(
      queries,
      sql`WITH held AS MATERIALIZED (
          SELECT 1 FROM curfew_sessions WHERE account_id = ${accountId} AND ${isLive(account, now)} AND ${ends}
          FOR NO KEY UPDATE)
        SELECT count(*) FROM held`,
    ),
  );
}
