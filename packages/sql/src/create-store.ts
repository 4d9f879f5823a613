import type { Store, SweepInput, SweepOutcome } from "@curfew/core";
import { batchCalls } from "./batch-calls.js";
import type { SqlDatabase } from "./database.js";
import { fillNameKeys } from "./fill-name-keys.js";
import { migrate } from "./migrate.js";
import { STORE_MIGRATIONS } from "./migrations/store-migrations.js";
import { createActiveUsersLister } from "./store/active-users.js";
import { createSessionCloser } from "./store/close-sessions.js";
import { createStoreContext, type SqlStoreOptions, type StoreContext } from "./store/context.js";
import { deleteAccount } from "./store/delete-account.js";
import { deleteUser } from "./store/delete-user.js";
import { endSession } from "./store/end-sessions.js";
import { type ErasureFirst, eraseUser } from "./store/erase-users.js";
import { createOrderedFeedReader, createSnapshotFeedReader } from "./store/feed.js";
import { importSessions } from "./store/import-sessions.js";
import { recordLateEvent } from "./store/late-events.js";
import { listEvents } from "./store/list-events.js";
import { listSessions } from "./store/list-sessions.js";
import { createUserMeeter } from "./store/meet-user.js";
import { type PolicyWriterOptions, readPolicy, writePolicy } from "./store/policy.js";
import { previewPolicy } from "./store/preview-policy.js";
import { readImport } from "./store/read-import.js";
import { createSessionReader, createSessionsReader } from "./store/read-sessions.js";
import { createBatchRefresher, createNotedRefresher, createSessionRefresher } from "./store/refresh.js";
import { findNothingToRevoke, revokeAccount, revokeUser } from "./store/revoke.js";
import { settleAccount } from "./store/settle-limit.js";
import { lockOfStart, readSignIn, startSession } from "./store/start-session.js";
import { sweep } from "./store/sweep.js";
import { findDeletion, sweepDeletions } from "./store/sweep-deletions.js";
import { readAccountTombstone } from "./store/tombstones.js";
import { createSessionToucher } from "./store/touch-session.js";
import { listUsers, readUser, updateUser } from "./store/users.js";
import { clock, lastly, type Unit } from "./unit.js";

/** The table of the store's own applied migrations. */
const LEDGER = "curfew_migrations";

/** A batch of this size takes some 20 ms on SQLite, or 60 if all of its sessions end. */
const SETTLED_AT_ONCE = 1000;

/** As the engine's sweep: small, so that a batch delays no refresh for long. */
const ERASED_AT_ONCE = 100;

const REFRESH_BATCHES = { maxBatchSize: 32, maxConcurrentBatches: 4, maxWaitMs: 20 };

/**
 * Creates or migrates the store's tables; call it before `createSqlStore`.
 *
 * @throws `DatabaseOpenError` `newer` and `cannot_open`; `unavailable`
 */
export async function migrateStore(database: SqlDatabase): Promise<void> {
  await migrate(database, { ledger: LEDGER, migrations: STORE_MIGRATIONS });
  await fillNameKeys(database);
}

/**
 * Creates the engine's store on an SQL database that `migrateStore` has migrated. Closing the store closes
 * the database.
 *
 * @example
 * const database = openSqlite({ path: "data/curfew.db" });
 * await migrateStore(database);
 * const curfew = createCurfew({ store: createSqlStore(database), secret, issuer });
 */
export function createSqlStore(
  database: SqlDatabase,
  options: SqlStoreOptions = {},
): Store<() => Unit<void>> {
  const context = createStoreContext(database, options);
  const readSession = createSessionReader(context);
  const closeExpired = createSessionCloser(context, readSession);
  const readSessions = createSessionsReader(context);
  const refreshAndNote = createNotedRefresher(context);
  const touchSession = createSessionToucher(context);
  const meetUser = createUserMeeter(context, readSession);
  const listActiveUsers = createActiveUsersLister(context);
  const commitsInOrder = database.dialect.name === "sqlite";
  const readFeed = commitsInOrder ? createOrderedFeedReader(context) : createSnapshotFeedReader(context);
  const { read, write } = database;
  const writeLocked = <T>(lock: string, unit: () => Unit<T>): Promise<T> => write(unit, { lock });
  return {
    now: () => read(clock),
    readSignIn: (accountId, userId) =>
      read(() => lastly(readSignIn(context, accountId, userId))).then(([snapshot]) => snapshot),
    startSession: (input) =>
      afterErasure(database, context, () =>
        writeLocked(lockOfStart(input), () => startSession(context, input)),
      ),
    refreshSession: refresherOf(database, context),
    refreshAndNote: (input) => write(() => refreshAndNote(input)),
    readSession: (accountId, sessionId) => read(() => readSession(accountId, sessionId, lastly)),
    readSessions: (accountId, sessionIds) => read(() => readSessions(accountId, sessionIds)),
    endSession: (input) => writeLocked(input.accountId, () => endSession(context, input)),
    closeExpired: (accountId, sessionId) => writeLocked(accountId, () => closeExpired(accountId, sessionId)),
    touchSession: (input) => write(() => touchSession(input), { single: true }),
    meetUser: (input) => writeLocked(input.accountId, () => meetUser(input)),
    readImport: (input) => read(() => readImport(context, input)),
    importSessions: (input) =>
      afterErasure(database, context, () =>
        database.write(() => importSessions(context, input), { lock: input.accountId, patient: true }),
      ),
    revokeAccount: (input) => writeLocked(input.accountId, () => revokeAccount(context, input)),
    revokeUser: async (input) =>
      (await read(() => findNothingToRevoke(context, input))) ??
      (await writeLocked(input.accountId, () => revokeUser(context, input))),
    readPolicy: (accountId) => read(() => readPolicy(context, accountId)),
    writePolicy: policyWriterOf(database, context, {
      listActiveUsers,
      settledAtOnce: options.settledAtOnce ?? SETTLED_AT_ONCE,
    }),
    previewPolicy: (input) => read(() => previewPolicy(context, input)),
    listActiveUsers: (accountId, limit, after) =>
      read(() => listActiveUsers(accountId, limit, { gather: lastly, after })),
    listSessions: (input) => read(() => listSessions(context, input)),
    readUser: (accountId, userId) => read(() => readUser(context, accountId, userId)),
    listUsers: (input) => read(() => listUsers(context, input)),
    updateUser: (input) => writeLocked(input.accountId, () => updateUser(context, input)),
    recordEvent: (accountId, event, foldKey) =>
      write(() => recordLateEvent(context, accountId, event, foldKey)),
    listEvents: (input) => read(() => listEvents(context, input)),
    readFeed: (input) => read(() => readFeed(input), { single: !commitsInOrder }),
    watchFeed: (wake) => database.listen(wake),
    deleteUser: (input) => writeLocked(input.accountId, () => deleteUser(context, input)),
    deleteAccount: (input) => writeLocked(input.accountId, () => deleteAccount(context, input)),
    readAccountTombstone: (accountId) => read(() => readAccountTombstone(context, accountId)),
    sweep: (input) => sweepAll(database, context, input),
    close: () => database.close(),
  };
}

/**
 * Calls `act` until it does not name a deleted user whose rows are not done yet, and finishes that erasure in between, in
 * transactions of their own: a new user with the same id would be taken for the deleted one.
 */
async function afterErasure<Outcome extends { readonly kind: string }>(
  database: SqlDatabase,
  context: StoreContext,
  act: () => Promise<Outcome | ErasureFirst>,
): Promise<Outcome> {
  for (;;) {
    const outcome = await act();
    if (!isErasureFirst(outcome)) return outcome;
    const { accountId, userId } = outcome;
    const erase = () =>
      database.write(() => eraseUser(context, accountId, userId, ERASED_AT_ONCE), { lock: accountId });
    while (!(await erase()).isComplete);
    await database.emptyLog();
  }
}

const isErasureFirst = (outcome: { readonly kind: string }): outcome is ErasureFirst =>
  outcome.kind === "erasure_first";

/** Runs a batch for what is being deleted, if anything is, and then one for everything else. */
async function sweepAll(
  database: SqlDatabase,
  context: StoreContext,
  input: SweepInput,
): Promise<SweepOutcome> {
  const { read, write } = database;
  const deletions = (await read(() => findDeletion(context)))
    ? await write(() => sweepDeletions(context, input.batch), { patient: true })
    : { deleted: 0, more: false, isComplete: false };
  if (deletions.isComplete) await database.emptyLog();
  const swept = await write(() => sweep(context, input), { patient: true });
  return {
    ...swept,
    deleted: swept.deleted + deletions.deleted,
    more: swept.more || deletions.more,
  };
}

/** Returns `writePolicy` of the store. It first finishes an earlier limit, in transactions of their own. */
function policyWriterOf(
  database: SqlDatabase,
  context: StoreContext,
  options: PolicyWriterOptions,
): Store["writePolicy"] {
  return async (input) => {
    for (;;) {
      const outcome = await database.write(() => writePolicy(context, options, input), {
        patient: true,
        lock: input.accountId,
      });
      if (outcome.kind !== "limited") return outcome;
      await database.write(() => settleAccount(context, input.accountId, SETTLED_AT_ONCE), {
        patient: true,
        lock: input.accountId,
      });
    }
  };
}

/** Returns the refresh of the store; on PostgreSQL, concurrent refreshes share one statement. */
function refresherOf(database: SqlDatabase, context: StoreContext): Store["refreshSession"] {
  const refreshSession = createSessionRefresher(context);
  const runSingle: Store["refreshSession"] = (input) =>
    database.write(() => refreshSession(input), { single: true });
  if (database.dialect.name === "sqlite") return runSingle;
  const refreshBatch = createBatchRefresher(context);
  return batchCalls({
    keyOf: ({ accountId, sessionId }) => `${accountId.length} ${accountId} ${sessionId}`,
    runBatch: (inputs) => database.write(() => refreshBatch(inputs), { single: true }),
    runSingle,
    ...REFRESH_BATCHES,
  });
}
