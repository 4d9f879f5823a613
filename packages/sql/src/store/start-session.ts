import {
  type AccountState,
  deadlinesOf,
  type FeedRow,
  type RevocationReason,
  type Session,
  type StartInput,
  type StartOutcome,
  type User,
} from "@curfew/core";
import { lockAccount, run, type Unit } from "../unit.js";
import { ensureAccount, readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { coveringEpoch } from "./epochs.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { makeRoom, replaceSession } from "./make-room.js";
import { readUser, writeUser } from "./users.js";

type Host = () => Unit<void>;

/** Begins a session, unless the user or the policy moved since the sign-in read them. */
export function* startSession(context: StoreContext, input: StartInput<Host>): Unit<StartOutcome> {
  const { accountId, expected } = input;
  const now = yield* lockAccounts(accountId, input.replaces?.accountId ?? accountId);
  const account = (yield* readAccount(context, accountId)).state;
  const known = yield* readUser(context, accountId, input.user.id);
  const obstacle = findObstacle(expected, account, known);
  if (obstacle !== null) return { kind: obstacle };

  const feed: FeedRow[] = [];
  yield* ensureAccount(context, accountId);
  const user = userAtSignIn(input, known, now);
  yield* writeUser(context, user);
  if (known !== null && known.role !== user.role)
    feed.push(
      yield* writeFeed(context, accountId, now, { scope: "role", userId: user.id, epoch: user.roleEpoch }),
    );
  if (input.alongside !== undefined) yield* input.alongside();

  let endedCount = 0;
  if (input.endsOthers !== null) {
    const others = yield* endOthers(context, user, account.epoch, input.endsOthers, now);
    feed.push(others.row);
    endedCount += others.count;
  }
  const session = yield* newSession(context, input, account, now);
  const replaced = yield* replaceSession(context, input, now);
  const pushedOut = session.endedAt === null ? yield* makeRoom(context, input, account.epoch, now) : [];
  feed.push(...replaced, ...pushedOut);
  endedCount += replaced.length + pushedOut.length;

  yield* insertSession(context, session);
  yield* writeEvent(context, accountId, now, {
    ...input.event,
    actorId: user.id,
    sessionId: session.id,
    ip: input.device.ip,
  });
  return { kind: "started", session, user, account, feed, endedCount, now };
}

/** Locks both in one order, whoever asks: two sign-ins that replace each other's sessions don't wait for each other. */
function* lockAccounts(one: string, other: string): Unit<number> {
  const [lower, higher] = one < other ? [one, other] : [other, one];
  if (lower !== higher) yield* lockAccount(lower);
  return yield* lockAccount(higher);
}

/** Ends every open session of the user, whose epoch has been raised for it. */
function* endOthers(
  context: StoreContext,
  user: User,
  accountEpoch: number,
  reason: RevocationReason,
  now: number,
): Unit<{ count: number; row: FeedRow }> {
  const { accountId, id: userId, epoch } = user;
  const ending = { accountId, userId, accountEpoch, reason, spareSessionId: null, now };
  const count = yield* endSessionsOfUser(context, ending);
  const scope = { scope: "user", userId, epoch, spares: null, reason } as const;
  return { count, row: yield* writeFeed(context, accountId, now, scope) };
}

/** What stands in the way of a session that was decided on what `expected` says. */
function findObstacle(
  expected: StartInput["expected"],
  account: AccountState,
  known: User | null,
): Exclude<StartOutcome["kind"], "started"> | null {
  if (account.policyVersion !== expected.policyVersion) return "policy_moved";
  if (known?.disabled === true) return "user_disabled";
  if ((known?.epoch ?? null) !== expected.userEpoch) return "user_moved";
  return null;
}

/** The user as the host tells of it now; a new role and an end of all sessions each raise the epoch. */
function userAtSignIn(input: StartInput<Host>, known: User | null, now: number): User {
  const roleChanges = known !== null && known.role !== input.user.role;
  const roleEpoch = roleChanges ? known.epoch + 1 : (known?.roleEpoch ?? 0);
  const epoch = (roleChanges ? roleEpoch : (known?.epoch ?? 0)) + (input.endsOthers === null ? 0 : 1);
  return { ...input.user, accountId: input.accountId, disabled: false, lastLoginAt: now, epoch, roleEpoch };
}

/** The session that begins; one whose password was checked before everybody was signed out is over at birth. */
function* newSession(
  context: StoreContext,
  input: StartInput<Host>,
  account: AccountState,
  now: number,
): Unit<Session> {
  const { accountId, expected, limits } = input;
  const isBehind = expected.accountEpoch < account.epoch;
  const cover = isBehind ? yield* coveringEpoch(context, accountId, expected.accountEpoch) : null;
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
    keyThumbprint: input.keyThumbprint,
    accountEpoch: expected.accountEpoch,
    device: input.device,
    // An epoch that is too old to be remembered still ended everything before it.
    endedAt: isBehind ? (cover?.at ?? now) : null,
    endReason: isBehind ? (cover?.reason ?? "revoked_by_owner") : null,
  };
}

function* insertSession(context: StoreContext, session: Session): Unit<void> {
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
      ended_at: session.endedAt,
      end_reason: session.endReason,
    }),
  );
}
