import {
  type AccountState,
  type EndedFate,
  type FeedScope,
  fateOf,
  type Session,
  type SignInSnapshot,
  type StartInput,
  type StartOutcome,
  type User,
} from "@curfew/core";
import type { SqlDatabase } from "../database.js";
import { first, lastly, lockAccount, together, type Unit } from "../unit.js";
import { ensureAccount, readAccount, type StoredAccount } from "./accounts.js";
import { recordExpiries, toEndedRow } from "./close-sessions.js";
import { createStoreContext, type IdValue, type StoreContext } from "./context.js";
import { insertDeletedUser, withoutUser } from "./deleted-user.js";
import { endReplacedSession, endSessionsOfUser, enforceSessionLimit } from "./end-sessions.js";
import { type ErasureFirst, findErasure } from "./erase-users.js";
import { writeEvents } from "./events.js";
import { writeFeed } from "./feed.js";
import { insertSession, lastLoginAfter, type NewSession, newSession, userAsHostSays } from "./new-session.js";
import { readAccountSignOut } from "./session-state.js";
import { readSignOuts, type SignOut, signOutBeforeFirstSight } from "./sign-outs.js";
import {
  firstEpochOf,
  isOfDeleted,
  isOfDeletedAccount,
  readTombstones,
  type Tombstones,
  toSignOuts,
} from "./tombstones.js";
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
export function* startSession(
  context: StoreContext,
  input: StartInput<HostUnit>,
): Unit<StartOutcome | ErasureFirst> {
  const { accountId, expected } = input;
  const [lower, higher] = lockOrder(input);
  if (lower !== higher) yield* lockAccount(lower);
  const [now, stored, known, exists, signOuts, tombstones, erasure] = yield* together(
    lockAccount(higher),
    readAccount(context, accountId),
    readUser(context, accountId, input.user.id),
    hasSession(context, input),
    signOutsBefore(context, input),
    readTombstones(context, accountId, [input.user.id]),
    findErasure(context, accountId, [input.user.id]),
  );
  if (stored.deletedAt !== null)
    return { kind: "account_moved", reason: "account_deleted", at: stored.deletedAt };
  if (erasure !== null) return erasure;
  if (exists) return { kind: "exists" };
  const account = stored.state;
  const conflict = findConflict(expected, account, known);
  if (conflict !== null) return { kind: conflict };
  if (expected.epochs !== null && expected.epochs.account !== account.epoch) {
    const signOut = yield* readAccountSignOut(context, accountId, expected.epochs.account);
    // The record of an old sign-out may have been deleted; the sign-out still applies.
    const { at, reason } = signOut ?? tombstones.get("") ?? { at: now, reason: "revoked_by_owner" };
    return { kind: "account_moved", at, reason };
  }

  const beginning = {
    ...input,
    userId: input.user.id,
    account,
    keepUntil: input.governed?.keepUntil ?? null,
  };
  const begun = newSession(beginning, now);
  const { session } = begun;
  const past = input.times === null ? [] : [...signOuts, ...toSignOuts(tombstones)];
  const fate = fateOf({ session, epochEnd: signOutBeforeFirstSight(session, past), now });
  if (fate.state !== "live") {
    yield* storeOver(context, input, { begun, stored, known, tombstones, fate, now });
    return { kind: "over", fate, now };
  }

  const user = userAtSignIn(input, known, session.startedAt, firstEpochOf(tombstones, input.user.id));
  if (known?.role === "owner" && user.role !== "owner")
    yield* endAuthority(context, { accountId, users: { only: user.id }, now });
  // The limit on sessions counts what is left after the ends before it.
  const [, , , othersEnded, replaced, overLimit] = yield* together(
    ensureAccount(context, accountId, account),
    writeUser(context, user),
    alongside(input),
    endOtherSessions(context, input, stored, now),
    endReplacedSession(context, input, stored, now),
    enforceSessionLimit(context, input, stored, now),
  );

  const ended = [...replaced, ...overLimit];
  const event = { ...input.event, actorId: user.id, sessionId: session.id, ip: input.device.ip };
  const [, , ...feed] = yield* lastly(
    insertSession(context, begun),
    writeEvents(context, now, [...ended, { accountId, event }]),
    ...scopesOfUser(input, known, user).map((scope) => writeFeed(context, accountId, now, scope)),
    ...ended.map(({ accountId, sessionId, reason }) =>
      writeFeed(context, accountId, now, { scope: "session", sessionId, reason }),
    ),
  );
  return { kind: "started", session, user, account, feed, endedCount: othersEnded + ended.length, now };
}

/** Whether there is a session of this id. The id of one that no host issued is new. */
function* hasSession(
  { queries }: StoreContext,
  { accountId, sessionId, governed }: StartInput<HostUnit>,
): Unit<boolean> {
  if (governed === null) return false;
  const query = queries.selectFrom("curfew_sessions").select("id").where("account_id", "=", accountId);
  return (yield* first(query.where("id", "=", sessionId))) !== null;
}

/** Reads the sign-outs that a session may not have survived; one that begins now comes after all of them. */
function* signOutsBefore(
  context: StoreContext,
  { accountId, user, times }: StartInput<HostUnit>,
): Unit<readonly SignOut[]> {
  return times === null ? [] : yield* readSignOuts(context, accountId, [user.id]);
}

interface Over {
  readonly begun: NewSession;
  readonly stored: StoredAccount;
  readonly known: User | null;
  readonly tombstones: Tombstones;
  readonly fate: EndedFate;
  readonly now: number;
}

/** Stores a session that is over at first sight. It is no sign-in: a user who is known stays as they are. */
function* storeOver(
  context: StoreContext,
  input: StartInput<HostUnit>,
  { begun, stored, known, tombstones, fate, now }: Over,
): Unit<void> {
  const { accountId, user } = input;
  // The tombstone of an account that is gone tells the same, without a row.
  if (!stored.isStored && isOfDeletedAccount(begun.session, tombstones)) return;
  const isDeleted = isOfDeleted(begun.session, tombstones);
  yield* ensureAccount(context, accountId, stored.state);
  const ended: Session = { ...begun.session, endedAt: fate.endedAt, endReason: fate.reason };
  const session = isDeleted ? withoutUser(ended, yield* insertDeletedUser(context, accountId, now)) : ended;
  const isNew = known === null && !isDeleted;
  const firstEpoch = firstEpochOf(tombstones, user.id);
  yield* lastly(
    ...(isNew
      ? [writeUser(context, userAsHostSays(accountId, user, null, session.startedAt, firstEpoch))]
      : []),
    insertSession(context, { ...begun, session }),
    recordExpiries(context, [toEndedRow(session)], now),
  );
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
    scopes.push({
      scope: "user",
      userId,
      epoch: user.epoch,
      spares: input.sessionId,
      reason: input.endsOthers,
    });
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
): "policy_moved" | "user_moved" | "user_disabled" | null {
  if (account.policyVersion !== expected.policyVersion) return "policy_moved";
  if (known?.disabled === true) return "user_disabled";
  if (expected.epochs !== null && (known?.epoch ?? null) !== expected.epochs.user) return "user_moved";
  if (expected.user !== null && !isSame(known, expected.user)) return "user_moved";
  return null;
}

const isSame = (known: User | null, { name, email, role }: Pick<User, "name" | "email" | "role">): boolean =>
  known?.name === name && known.email === email && known.role === role;

/** Returns the user with the host's current data. The end of all other sessions raises the epoch too. */
function userAtSignIn(
  { accountId, user, times, endsOthers }: StartInput<HostUnit>,
  known: User | null,
  startedAt: number,
  firstEpoch: number,
): User {
  const lastLoginAt = times === null ? startedAt : lastLoginAfter(known, startedAt);
  const current = userAsHostSays(accountId, user, known, lastLoginAt, firstEpoch);
  return endsOthers === null ? current : { ...current, epoch: current.epoch + 1 };
}
