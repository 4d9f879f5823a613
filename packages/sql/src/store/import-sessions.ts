import { type FeedRow, fateOf, type ImportInput, type ImportOutcome, type User } from "@curfew/core";
import { lastly, lockAccount, together, type Unit } from "../unit.js";
import { accountDeleted, ensureAccount, readAccount, type StoredAccount } from "./accounts.js";
import { recordExpiries, toEndedRow } from "./close-sessions.js";
import type { StoreContext } from "./context.js";
import { insertDeletedUser, withoutUser } from "./deleted-user.js";
import { type ErasureFirst, findErasure } from "./erase-users.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import {
  insertSessions,
  lastLoginAfter,
  type NewSession,
  newSession,
  userAsHostSays,
} from "./new-session.js";
import { readKnown, readUsers } from "./read-import.js";
import { type SnapshotRow, toSnapshot } from "./read-sessions.js";
import { readSignOuts, type SignOut, signOutBeforeFirstSight } from "./sign-outs.js";
import { firstEpochOf, isOfDeleted, readTombstones, type Tombstones, toSignOuts } from "./tombstones.js";
import { endAuthority, writeUsers } from "./users.js";

/** Starts the sessions of one account that are not there yet; see `GovernedStore.importSessions`. */
export function* importSessions(
  context: StoreContext,
  input: ImportInput,
): Unit<ImportOutcome | ErasureFirst> {
  const { accountId, sessions } = input;
  const userIds = [...new Set(sessions.map(({ user }) => user.id))];
  const [now, account, known, users, signOuts, tombstones, erasure] = yield* together(
    lockAccount(accountId),
    readAccount(context, accountId),
    readKnown(
      context,
      accountId,
      sessions.map(({ sessionId }) => sessionId),
    ),
    readUsers(context, accountId, userIds),
    readSignOuts(context, accountId, userIds),
    readTombstones(context, accountId, userIds),
    findErasure(context, accountId, userIds),
  );
  if (account.deletedAt !== null) throw accountDeleted(account.deletedAt);
  if (erasure !== null) return erasure;
  if (account.state.policyVersion !== input.expectedPolicyVersion) return { kind: "policy_moved" };
  const past = [...signOuts, ...toSignOuts(tombstones)];
  const plan = planImport(input, {
    account,
    known: ownersOf(known, now),
    users,
    signOuts: past,
    tombstones,
    now,
  });
  if ("index" in plan) return plan;

  const { changed, opened, ended } = plan;
  const counts = { opened, ended: ended.length, known: sessions.length - opened - ended.length };
  const event = {
    ...input.event,
    actorId: null,
    sessionId: null,
    ip: null,
    details: { ...input.event.details, ...counts },
  };
  yield* together(
    ensureAccount(context, accountId, account.state),
    writeUsers(
      context,
      changed.map(({ user }) => user),
    ),
    ...changed
      .filter(isDemoted)
      .map(({ user }) => endAuthority(context, { accountId, users: { only: user.id }, now })),
  );
  // One stands for all of them: they may not have been of one person.
  const hasDeleted = plan.sessions.some(({ session }) => isOfDeleted(session, tombstones));
  const deletedId = hasDeleted ? yield* insertDeletedUser(context, accountId, now) : "";
  const shown = ({ session, ...rest }: NewSession): NewSession => ({
    ...rest,
    session: isOfDeleted(session, tombstones) ? withoutUser(session, deletedId) : session,
  });
  const [, , , ...feed] = yield* lastly(
    insertSessions(context, plan.sessions.map(shown)),
    recordExpiries(
      context,
      ended.map(shown).map(({ session }) => toEndedRow(session)),
      now,
    ),
    writeEvent(context, accountId, now, event),
    ...changed.filter(changesRole).map(({ user }) => writeRole(context, user, now)),
  );
  return { kind: "imported", ...counts, feed, now };
}

interface ChangedUser {
  readonly before: User | null;
  readonly user: User;
}

const changesRole = ({ before, user }: ChangedUser): boolean =>
  before !== null && before.roleEpoch !== user.roleEpoch;

const isDemoted = ({ before, user }: ChangedUser): boolean =>
  before?.role === "owner" && user.role !== "owner";

function* writeRole(context: StoreContext, user: User, now: number): Unit<FeedRow> {
  const scope = { scope: "role", userId: user.id, epoch: user.roleEpoch } as const;
  return yield* writeFeed(context, user.accountId, now, scope);
}

interface ImportPlan {
  readonly sessions: readonly NewSession[];
  readonly ended: readonly NewSession[];
  readonly opened: number;
  readonly changed: readonly ChangedUser[];
}

interface AccountBefore {
  readonly account: StoredAccount;
  /** See `ownersOf`. */
  readonly known: ReadonlyMap<string, string | null>;
  readonly users: ReadonlyMap<string, User>;
  readonly signOuts: readonly SignOut[];
  readonly tombstones: Tombstones;
  readonly now: number;
}

/** Decides on each session in turn, as if they began one after the other. */
function planImport(
  { accountId, sessions, limits }: ImportInput,
  { account, known, users, signOuts, tombstones, now }: AccountBefore,
): ImportPlan | Extract<ImportOutcome, { readonly index: number }> {
  const owners = new Map(known);
  const changed = new Map<string, ChangedUser>();
  const planned: NewSession[] = [];
  for (const [index, { sessionId, user, times, keepUntil, device }] of sessions.entries()) {
    const owner = owners.get(sessionId);
    if (owner != null && owner !== user.id) return { kind: "another_user", index };
    if (owner !== undefined) continue;
    const stored = users.get(user.id) ?? null;
    const before = changed.get(user.id)?.user ?? stored;
    if (before?.disabled === true) return { kind: "user_disabled", index };
    owners.set(sessionId, user.id);
    const begun = newSession(
      {
        accountId,
        sessionId,
        userId: user.id,
        account: account.state,
        limits,
        times,
        keepUntil,
        keyThumbprint: null,
        device,
      },
      now,
    );
    const { session } = begun;
    const fate = fateOf({ session, epochEnd: signOutBeforeFirstSight(session, signOuts), now });
    const isLive = fate.state === "live";
    planned.push(
      isLive ? begun : { ...begun, session: { ...session, endedAt: fate.endedAt, endReason: fate.reason } },
    );
    // One that is over is no sign-in: a user who is known stays as they are.
    if (isLive || (before === null && !isOfDeleted(session, tombstones))) {
      const lastLoginAt = lastLoginAfter(before, session.startedAt);
      const firstEpoch = firstEpochOf(tombstones, user.id);
      const after = userAsHostSays(accountId, user, before, lastLoginAt, firstEpoch);
      changed.set(user.id, { before: stored, user: after });
    }
  }
  const ended = planned.filter(({ session }) => session.endedAt !== null);
  const opened = planned.length - ended.length;
  return { sessions: planned, ended, opened, changed: [...changed.values()] };
}

/** Returns the user of each known session; null if the session is over, since an import does not compare the user of that. */
const ownersOf = (rows: readonly SnapshotRow[], now: number): ReadonlyMap<string, string | null> =>
  new Map(
    rows.map((row) => {
      const snapshot = toSnapshot(row, now);
      const { id, userId } = snapshot.session;
      return [id, fateOf(snapshot).state === "live" ? userId : null];
    }),
  );
