import {
  type AccountState,
  deadlinesOf,
  type FeedScope,
  type Session,
  type SignInSnapshot,
  type StartInput,
  type StartOutcome,
  type User,
} from "@curfew/core";
import type { SqlDatabase } from "../database.js";
import { lastly, lockAccount, run, together, type Unit } from "../unit.js";
import { ensureAccount, readAccount, type StoredAccount } from "./accounts.js";
import { createStoreContext, type IdValue, type StoreContext } from "./context.js";
import { endReplacedSession, endSessionsOfUser, enforceSessionLimit } from "./end-sessions.js";
import { writeEvents } from "./events.js";
import { writeFeed } from "./feed.js";
import { readAccountSignOut } from "./session-state.js";
import { endAuthority, readUser, writeUser } from "./users.js";

type HostUnit = () => Unit<void>;

/** Reads what a sign-in needs before it checks the password. */
export type SignInReader = (accountId: IdValue, userId: IdValue) => Unit<SignInSnapshot>;

/**
 * Creates a function that reads the same as `curfew.sessions.prepare`, as part of a host's own read. The ids can be expressions,
 * for a host that finds the user in the same statement.
 *
 * @example
 * const readSignIn = createSignInReader(database);
 * const [snapshot, hash] = await database.read(() => lastly(readSignIn(accountId, userId), first(selectHash)));
 */
export function createSignInReader(database: SqlDatabase): SignInReader {
  const context = createStoreContext(database);
  return (accountId, userId) => readSignIn(context, accountId, userId);
}

/** Reads what a sign-in needs, in one request. */
export function* readSignIn(
  context: StoreContext,
  accountId: IdValue,
  userId: IdValue,
): Unit<SignInSnapshot> {
  const [{ state, override }, user] = yield* together(
    readAccount(context, accountId),
    readUser(context, accountId, userId),
  );
  return { account: state, override, user };
}

/** Starts a session, unless the account, the user or the policy has changed since `readSignIn`. */
export function* startSession(context: StoreContext, input: StartInput<HostUnit>): Unit<StartOutcome> {
  const { accountId, expected } = input;
  const [lower, higher] = lockOrder(input);
  if (lower !== higher) yield* lockAccount(lower);
  const [now, stored, known] = yield* together(
    lockAccount(higher),
    readAccount(context, accountId),
    readUser(context, accountId, input.user.id),
  );
  const account = stored.state;
  const conflict = findConflict(expected, account, known);
  if (conflict !== null) return { kind: conflict };
  if (expected.epochs !== null && expected.epochs.account !== account.epoch) {
    const signOut = yield* readAccountSignOut(context, accountId, expected.epochs.account);
    // The record of an old sign-out may have been deleted; the sign-out still applies.
    return { kind: "account_moved", ...(signOut ?? { at: now, reason: "revoked_by_owner" }) };
  }

  const user = userAtSignIn(input, known, now);
  if (known?.role === "owner" && user.role !== "owner")
    yield* endAuthority(context, { accountId, users: { only: user.id }, now });
  // The limit on sessions counts what is left after the ends before it.
  const [, , , othersEnded, replaced, overLimit] = yield* together(
    ensureAccount(context, accountId),
    writeUser(context, user),
    alongside(input),
    endOtherSessions(context, input, stored, now),
    endReplacedSession(context, input, stored, now),
    enforceSessionLimit(context, input, stored, now),
  );

  const session = newSession(input, account, now);
  const ended = [...replaced, ...overLimit];
  const event = { ...input.event, actorId: user.id, sessionId: session.id, ip: input.device.ip };
  const [, , ...feed] = yield* lastly(
    insertSession(context, session, account.policyVersion),
    writeEvents(context, now, [...ended, { accountId, event }]),
    ...scopesOfUser(input, known, user).map((scope) => writeFeed(context, accountId, now, scope)),
    ...ended.map(({ accountId, sessionId, reason }) =>
      writeFeed(context, accountId, now, { scope: "session", sessionId, reason }),
    ),
  );
  return { kind: "started", session, user, account, feed, endedCount: othersEnded + ended.length, now };
}

function* alongside(input: StartInput<HostUnit>): Unit<void> {
  if (input.alongside !== undefined) yield* input.alongside();
}

/** What the feed says of the user: a changed role, and the end of all other sessions. */
function scopesOfUser(input: StartInput<HostUnit>, known: User | null, user: User): readonly FeedScope[] {
  const userId = user.id;
  const scopes: FeedScope[] = [];
  if (known !== null && known.role !== user.role)
    scopes.push({ scope: "role", userId, epoch: user.roleEpoch });
  if (input.endsOthers !== null)
    scopes.push({ scope: "user", userId, epoch: user.epoch, spares: null, reason: input.endsOthers });
  return scopes;
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

/** Ends all live sessions of a user whose epoch is raised, if the sign-in does so, and returns their number. */
function* endOtherSessions(
  context: StoreContext,
  { accountId, user, endsOthers }: StartInput<HostUnit>,
  account: StoredAccount,
  now: number,
): Unit<number> {
  if (endsOthers === null) return 0;
  return yield* endSessionsOfUser(context, {
    accountId,
    userId: user.id,
    account,
    reason: endsOthers,
    spareSessionId: null,
    now,
  });
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
