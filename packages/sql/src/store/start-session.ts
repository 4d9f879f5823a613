import {
  type AccountState,
  deadlinesOf,
  type FeedRow,
  type RevocationReason,
  type Session,
  type SignInSnapshot,
  type StartInput,
  type StartOutcome,
  type User,
} from "@curfew/core";
import { lockAccount, run, type Unit } from "../unit.js";
import { ensureAccount, readAccount, type StoredAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { endReplacedSession, endSessionsOfUser, enforceSessionLimit } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { readAccountSignOut } from "./session-state.js";
import { endAuthority, readUser, writeUser } from "./users.js";

type HostUnit = () => Unit<void>;

/** Reads what a sign-in needs before it checks the password. */
export function* readSignIn(context: StoreContext, accountId: string, userId: string): Unit<SignInSnapshot> {
  const { state, override } = yield* readAccount(context, accountId);
  return { account: state, override, user: yield* readUser(context, accountId, userId) };
}

/** Starts a session, unless the account, the user or the policy has changed since `readSignIn`. */
export function* startSession(context: StoreContext, input: StartInput<HostUnit>): Unit<StartOutcome> {
  const { accountId, expected } = input;
  const now = yield* lockAccounts(input);
  const stored = yield* readAccount(context, accountId);
  const account = stored.state;
  const known = yield* readUser(context, accountId, input.user.id);
  const conflict = findConflict(expected, account, known);
  if (conflict !== null) return { kind: conflict };
  if (expected.epochs !== null && expected.epochs.account !== account.epoch) {
    const signOut = yield* readAccountSignOut(context, accountId, expected.epochs.account);
    // The record of an old sign-out may have been deleted; the sign-out still applies.
    return { kind: "account_moved", ...(signOut ?? { at: now, reason: "revoked_by_owner" }) };
  }

  const feed: FeedRow[] = [];
  yield* ensureAccount(context, accountId);
  const user = userAtSignIn(input, known, now);
  yield* writeUser(context, user);
  if (known?.role === "owner" && user.role !== "owner")
    yield* endAuthority(context, { accountId, users: { only: user.id }, now });
  if (known !== null && known.role !== user.role)
    feed.push(
      yield* writeFeed(context, accountId, now, { scope: "role", userId: user.id, epoch: user.roleEpoch }),
    );
  if (input.alongside !== undefined) yield* input.alongside();

  let endedCount = 0;
  if (input.endsOthers !== null) {
    const others = yield* endOtherSessions(context, user, stored, input.endsOthers, now);
    feed.push(others.row);
    endedCount += others.count;
  }
  const session = newSession(input, account, now);
  const replaced = yield* endReplacedSession(context, input, now);
  const overLimit = yield* enforceSessionLimit(context, input, stored, now);
  feed.push(...replaced, ...overLimit);
  endedCount += replaced.length + overLimit.length;

  yield* insertSession(context, session, account.policyVersion);
  yield* writeEvent(context, accountId, now, {
    ...input.event,
    actorId: user.id,
    sessionId: session.id,
    ip: input.device.ip,
  });
  return { kind: "started", session, user, account, feed, endedCount, now };
}

/** The account that `startSession` locks first. */
export const lockOfStart = (input: StartInput<HostUnit>): string => lockOrder(input)[0];

/**
 * The new session's account and that of the session that it replaces, in a fixed order, so that sign-ins that
 * replace each other's sessions can't deadlock.
 */
function lockOrder({ accountId, replaces }: StartInput<HostUnit>): readonly [string, string] {
  const other = replaces?.accountId ?? accountId;
  return accountId < other ? [accountId, other] : [other, accountId];
}

function* lockAccounts(input: StartInput<HostUnit>): Unit<number> {
  const [lower, higher] = lockOrder(input);
  if (lower !== higher) yield* lockAccount(lower);
  return yield* lockAccount(higher);
}

/** Ends all live sessions of a user whose epoch has been raised. */
function* endOtherSessions(
  context: StoreContext,
  user: User,
  account: StoredAccount,
  reason: RevocationReason,
  now: number,
): Unit<{ count: number; row: FeedRow }> {
  const { accountId, id: userId, epoch } = user;
  const ending = { accountId, userId, account, reason, spareSessionId: null, now };
  const count = yield* endSessionsOfUser(context, ending);
  const scope = { scope: "user", userId, epoch, spares: null, reason } as const;
  return { count, row: yield* writeFeed(context, accountId, now, scope) };
}

/** Returns what has changed since the sign-in read `expected`, so that the session can't start. */
function findConflict(
  expected: StartInput["expected"],
  account: AccountState,
  known: User | null,
): Exclude<StartOutcome["kind"], "started" | "account_moved"> | null {
  if (account.policyVersion !== expected.policyVersion) return "policy_moved";
  if (known?.disabled === true) return "user_disabled";
  if (expected.epochs !== null && (known?.epoch ?? null) !== expected.epochs.user) return "user_moved";
  if (expected.role !== null && known?.role !== expected.role) return "user_moved";
  return null;
}

/**
 * Returns the user with the host's current data. A changed role and the end of all other sessions each raise
 * the epoch.
 */
function userAtSignIn(input: StartInput<HostUnit>, known: User | null, now: number): User {
  const roleChanges = known !== null && known.role !== input.user.role;
  const roleEpoch = roleChanges ? known.epoch + 1 : (known?.roleEpoch ?? 0);
  const epoch = (roleChanges ? roleEpoch : (known?.epoch ?? 0)) + (input.endsOthers === null ? 0 : 1);
  return { ...input.user, accountId: input.accountId, disabled: false, lastLoginAt: now, epoch, roleEpoch };
}

function newSession(input: StartInput<HostUnit>, account: AccountState, now: number): Session {
  const { accountId, limits } = input;
  return {
    accountId,
    id: input.sessionId,
    userId: input.user.id,
    startedAt: now,
    lastActiveAt: now,
    ...limits,
    ...deadlinesOf(now, now, limits),
    generation: 0,
    rotatedAt: null,
    rotationNetworks: [],
    sharing: null,
    keyThumbprint: input.keyThumbprint,
    accountEpoch: account.epoch,
    device: input.device,
    lastSeen: input.device,
    deviceChangedAt: null,
    endedAt: null,
    endReason: null,
  };
}

function* insertSession(context: StoreContext, session: Session, policyVersion: number): Unit<void> {
  yield* run(
    context.queries.insertInto("curfew_sessions").values({
      account_id: session.accountId,
      id: session.id,
      user_id: session.userId,
      account_epoch: session.accountEpoch,
      started_at: session.startedAt,
      last_active_at: session.lastActiveAt,
      idle_minutes: session.idleMinutes,
      absolute_minutes: session.absoluteMinutes,
      idle_expires_at: session.idleExpiresAt,
      absolute_expires_at: session.absoluteExpiresAt,
      rotated_at: null,
      key_thumbprint: session.keyThumbprint,
      device_label: session.device.label,
      user_agent: session.device.userAgent,
      ip: session.device.ip,
      started_policy_version: policyVersion,
      ended_at: session.endedAt,
      end_reason: session.endReason,
    }),
  );
}
