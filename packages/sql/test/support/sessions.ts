import type { NewEvent, StartInput, StartOutcome, Store } from "@curfew/core";
import { onTestFinished } from "vitest";
import { createSqlStore, migrateStore, openSqlite, type SqlDatabase, type Unit } from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";

export type SqlStore = Store<() => Unit<void>>;

export const LIMITS = { idleMinutes: 60, absoluteMinutes: 1440 };

/** A database with the store's tables, SQLite's unless told, closed when the test is over. */
export async function openStore(
  options: { kind?: DatabaseKind; path?: string | null; now?: () => number } = {},
): Promise<{ database: SqlDatabase; store: SqlStore }> {
  const { kind, ...given } = options;
  const database = kind ? await kind.open(given.now) : openSqlite({ path: null, ...given });
  onTestFinished(() => database.close());
  await migrateStore(database);
  return { database, store: createSqlStore(database) };
}

/** Signs a user in, by an input that is as plain as can be unless told otherwise. */
export async function signIn(
  store: SqlStore,
  accountId: string,
  userId: string,
  sessionId: string,
  given: Partial<StartInput<() => Unit<void>>> = {},
): Promise<StartOutcome> {
  const { account, user } = await store.readSignIn(accountId, userId);
  return store.startSession({
    accountId,
    sessionId,
    user: { id: userId, name: userId, email: `${userId}@example.test`, role: "member" },
    expected: {
      accountEpoch: account.epoch,
      policyVersion: account.policyVersion,
      userEpoch: user?.epoch ?? null,
    },
    limits: LIMITS,
    keyThumbprint: null,
    device: { label: null, userAgent: null, ip: null },
    sessionsPerUser: 100,
    replaces: null,
    endsOthers: null,
    event: { type: "user.signed_in", details: {} },
    ...given,
  });
}

export const eventOf = (type: NewEvent["type"]): NewEvent => ({
  type,
  actorId: null,
  sessionId: null,
  ip: null,
  details: {},
});

/** The input of a refresh with the session's first token. */
export const refreshOf = (accountId: string, sessionId: string, generation = 0) => ({
  accountId,
  sessionId,
  generation,
  provenThumbprint: null,
  idleForMs: 0,
  graceMs: 10_000,
});
