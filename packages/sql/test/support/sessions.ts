import type { NewEvent, StartInput, StartOutcome, Store } from "@curfew/core";
import { onTestFinished } from "vitest";
import { createSqlStore, migrateStore, openSqlite, type SqlDatabase, type Unit } from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";
import { openMigratedSqlite } from "./migrated-sqlite.js";

export type SqlStore = Store<() => Unit<void>>;

export const LIMITS = { idleMinutes: 60, absoluteMinutes: 1440 };

interface OpenOptions {
  readonly kind?: DatabaseKind;
  readonly path?: string | null;
  readonly now?: () => number;
}

/** Opens a migrated database, SQLite in memory by default, and closes it when the test finishes. */
export async function openStore(
  options: OpenOptions = {},
): Promise<{ database: SqlDatabase; store: SqlStore }> {
  const database = await openDatabase(options);
  onTestFinished(() => database.close());
  await migrateStore(database);
  return { database, store: createSqlStore(database) };
}

function openDatabase({ kind, path = null, now = Date.now }: OpenOptions): Promise<SqlDatabase> {
  if (kind !== undefined) return kind.open(now);
  return path === null ? openMigratedSqlite(now) : Promise.resolve(openSqlite({ path, now }));
}

/** Signs a user in with default input, which `overrides` replaces in part. */
export async function signIn(
  store: SqlStore,
  accountId: string,
  userId: string,
  sessionId: string,
  overrides: Partial<StartInput<() => Unit<void>>> = {},
): Promise<StartOutcome> {
  const { account, user } = await store.readSignIn(accountId, userId);
  return store.startSession({
    accountId,
    sessionId,
    user: { id: userId, name: userId, email: `${userId}@example.test`, role: "member" },
    expected: {
      policyVersion: account.policyVersion,
      epochs: { account: account.epoch, user: user?.epoch ?? null },
      user: null,
    },
    limits: LIMITS,
    times: null,
    governed: null,
    keyThumbprint: null,
    device: { label: null, userAgent: null, ip: null },
    sessionsPerUser: 100,
    replaces: null,
    endsOthers: null,
    event: { type: "user.signed_in", details: {} },
    ...overrides,
  });
}

export const eventOf = (type: NewEvent["type"]): NewEvent => ({
  type,
  actorId: null,
  sessionId: null,
  ip: null,
  details: {},
});

/** Returns the input of a refresh, with the session's first token by default. */
export const refreshOf = (accountId: string, sessionId: string, generation = 0) => ({
  accountId,
  sessionId,
  generation,
  provenThumbprint: null,
  idleForMs: 0,
  graceMs: 10_000,
  network: null,
  device: null,
});
