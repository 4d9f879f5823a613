import type { Store } from "@curfew/core";
import type { SqlDatabase } from "./database.js";
import { gather } from "./gather.js";
import { migrate } from "./migrate.js";
import { sessionsMigration } from "./migrations/0001-sessions.js";
import { activeUsersLister } from "./store/active-users.js";
import { closeExpired } from "./store/closing.js";
import { type StoreContext, storeContext } from "./store/context.js";
import { endSession } from "./store/end-sessions.js";
import { listEvents, recordEvent } from "./store/events.js";
import { listSessions } from "./store/list-sessions.js";
import { readPolicy, writePolicy } from "./store/policy.js";
import { previewPolicy } from "./store/preview-policy.js";
import { snapshotFeedReader } from "./store/read-feed-by-snapshot.js";
import { orderedFeedReader } from "./store/read-feed-in-order.js";
import { sessionReader } from "./store/read-session.js";
import { sessionRefresher } from "./store/refresh.js";
import { jointRefresher } from "./store/refresh-together.js";
import { revokeAccount, revokeUser } from "./store/revoke.js";
import { readSignIn } from "./store/sign-in.js";
import { startSession } from "./store/start-session.js";
import { sweep } from "./store/sweep.js";
import { updateUser } from "./store/update-user.js";
import { listUsers, readUser } from "./store/users.js";
import { clock, type Unit } from "./unit.js";

/** The ledger of the store's own schema. */
const LEDGER = "curfew_migrations";

/** How refreshes go together. */
const TOGETHER = { most: 32, lanes: 4, withinMs: 20 };

/**
 * Brings the store's tables up to date; to be awaited before `createSqlStore` is used.
 * Throws `DatabaseOpenError` `newer` and `cannot_open`, and `unavailable`.
 */
export async function migrateStore(database: SqlDatabase): Promise<void> {
  await migrate(database, { ledger: LEDGER, migrations: [sessionsMigration] });
}

/**
 * The engine's store over an SQL database that `migrateStore` has brought up to date. `close` closes the database.
 *
 * @example
 * const database = openSqlite({ path: "data/curfew.db" });
 * await migrateStore(database);
 * const curfew = createCurfew({ store: createSqlStore(database), secret, issuer });
 */
export function createSqlStore(database: SqlDatabase): Store<() => Unit<void>> {
  const context = storeContext(database);
  const readSession = sessionReader(context);
  const listActiveUsers = activeUsersLister(context);
  const commitsInOrder = database.dialect.name === "sqlite";
  const readFeed = commitsInOrder ? orderedFeedReader(context) : snapshotFeedReader(context);
  const { read, write } = database;
  return {
    now: () => read(clock),
    readSignIn: (accountId, userId) => read(() => readSignIn(context, accountId, userId)),
    startSession: (input) => write(() => startSession(context, input)),
    refreshSession: refresherOf(database, context),
    readSession: (accountId, sessionId) => read(() => readSession(accountId, sessionId)),
    endSession: (input) => write(() => endSession(context, input)),
    closeExpired: (accountId, sessionId) => write(() => closeExpired(context, accountId, sessionId)),
    revokeAccount: (input) => write(() => revokeAccount(context, input)),
    revokeUser: (input) => write(() => revokeUser(context, input)),
    readPolicy: (accountId) => read(() => readPolicy(context, accountId)),
    writePolicy: (input) => write(() => writePolicy(context, input)),
    previewPolicy: (input) => read(() => previewPolicy(context, input)),
    listActiveUsers: (accountId, limit) => read(() => listActiveUsers(accountId, limit)),
    listSessions: (input) => read(() => listSessions(context, input)),
    readUser: (accountId, userId) => read(() => readUser(context, accountId, userId)),
    listUsers: (accountId) => read(() => listUsers(context, accountId)),
    updateUser: (input) => write(() => updateUser(context, input)),
    recordEvent: (accountId, event, foldKey) => write(() => recordEvent(context, accountId, event, foldKey)),
    listEvents: (input) => read(() => listEvents(context, input)),
    readFeed: (input) => read(() => readFeed(input), { single: !commitsInOrder }),
    watchFeed: (wake) => database.listen(wake),
    sweep: (input) => write(() => sweep(context, input)),
    close: () => database.close(),
  };
}

/** Renews sessions: on a server over a wire, those that come at the same time in one statement. */
function refresherOf(database: SqlDatabase, context: StoreContext): Store["refreshSession"] {
  const refreshSession = sessionRefresher(context);
  const alone: Store["refreshSession"] = (input) =>
    database.write(() => refreshSession(input), { single: true });
  if (database.dialect.name === "sqlite") return alone;
  const refreshTogether = jointRefresher(context);
  return gather({
    keyOf: ({ accountId, sessionId }) => `${accountId.length} ${accountId} ${sessionId}`,
    together: (inputs) => database.write(() => refreshTogether(inputs), { single: true }),
    alone,
    ...TOGETHER,
  });
}
