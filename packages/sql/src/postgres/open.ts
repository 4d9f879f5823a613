import { randomBytes as nodeRandomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createUuidv7, isCurfewError, type RandomBytes } from "@curfew/core";
import { DatabaseOpenError, type SqlDatabase } from "../database.js";
import { unavailable } from "../unavailable.js";
import type { Unit } from "../unit.js";
import { type Connection, Connections } from "./connections.js";
import { postgresCompiler, postgresDialect } from "./dialect.js";
import { breaksConnection, isConflict, isRefusal, translateError } from "./errors.js";
import { listenOn } from "./listener.js";
import { runSingle } from "./single.js";
import { Transaction, type TransactionOptions } from "./transaction.js";
import { Turns } from "./turns.js";

/** How often a unit is tried that a conflict ended. */
const ATTEMPTS = 4;
/** The longest pause before the second attempt, in milliseconds; twice that before the third. */
const PAUSE_MS = 20;
/** After so long a caller has waited enough for a connection or an answer, and a read is not asked again. */
const ASKED_AGAIN_WITHIN_MS = 2000;

/** Held by whoever changes the schema: "curfew" in ASCII. */
const SCHEMA_LOCK = "SELECT pg_advisory_xact_lock(109347196073335)";
/** A change of the schema takes what it takes, and waits for whoever else is at it. */
const WITHOUT_LIMITS = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

const DEFAULT_POOL_SIZE = 10;

export interface OpenPostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** A connection past any pooler, to listen on and to change the schema by; `url` unless told. */
  readonly directUrl?: string;
  /** `url` is a pooler's that hands each transaction another connection: nothing is prepared by name. */
  readonly pooled?: boolean;
  /** The most connections at a time; 10 unless told. */
  readonly poolSize?: number;
  /** A clock in the place of the server's, in milliseconds since the Unix epoch, for tests. */
  readonly now?: () => number;
  readonly randomBytes?: RandomBytes;
}

/**
 * Opens a PostgreSQL; it is connected to when something is asked of it, so that it may as well be down now.
 *
 * @example const database = openPostgres({ url: "postgres://curfew:secret@db.internal/curfew" });
 */
export function openPostgres(options: OpenPostgresOptions): SqlDatabase {
  const pooled = options.pooled ?? false;
  const now = options.now ?? null;
  const directUrl = options.directUrl ?? (pooled ? null : options.url);
  const connections = new Connections({
    url: options.url,
    pooled,
    size: options.poolSize ?? DEFAULT_POOL_SIZE,
  });
  const turns = new Turns();
  const listening = new Set<{ stop(): void }>();
  let closed = false;

  const withConnection = async <T>(from: Connections, act: (connection: Connection) => Promise<T>) => {
    if (closed) throw unavailable("the database is closed");
    const connection = await from.take();
    try {
      return await act(connection);
    } catch (error) {
      // Also where it only leads to the wrong server, such as a standby: who connects again may find another.
      if (breaksConnection(error) || isCurfewError(error, "unavailable")) connection.spoil();
      throw error;
    } finally {
      connection.release();
    }
  };
  const inTransaction = <T>(unit: () => Unit<T>, given: Pick<TransactionOptions, "access">): Promise<T> =>
    withConnection(connections, (connection) =>
      new Transaction(connection, { ...given, now, pooled }).run(unit()),
    );
  const single = <T>(unit: () => Unit<T>): Promise<T> =>
    withConnection(connections, (connection) => runSingle(connection, unit(), now));

  return {
    dialect: postgresDialect,
    queries: <Tables>() => postgresCompiler<Tables>(),
    // What only reads can be asked again, also where the connection broke under it.
    read(unit, readOptions) {
      const began = performance.now();
      return repeating(
        () => (readOptions?.single === true ? single(unit) : inTransaction(unit, { access: "read" })),
        (error) =>
          isConflict(error) || (breaksConnection(error) && performance.now() - began < ASKED_AGAIN_WITHIN_MS),
      );
    },
    // Where a connection breaks under a write, nobody knows whether it was committed.
    async write(unit, writeOptions) {
      if (writeOptions?.single === true) return await repeating(() => single(unit), isConflict);
      const write = () => repeating(() => inTransaction(unit, { access: "write" }), isConflict);
      const lock = firstLockOf(unit());
      return await (lock === null ? write() : turns.run(lock, write));
    },
    async alter(unit) {
      const direct = new Connections({ url: directUrl ?? options.url, pooled: directUrl === null, size: 1 });
      const opening = `${WITHOUT_LIMITS}; ${SCHEMA_LOCK}`;
      try {
        return await withConnection(direct, (connection) =>
          new Transaction(connection, { access: "write", now, pooled: false, opening }).run(unit()),
        );
      } catch (error) {
        if (!isRefusal(error)) throw translateError(error);
        const said = error instanceof Error ? error.message : String(error);
        throw new DatabaseOpenError("cannot_open", `the database refuses this user: ${said}`, {
          cause: error,
        });
      } finally {
        await direct.close();
      }
    },
    listen(wake) {
      if (directUrl === null) return { stop() {} };
      const listener = listenOn(directUrl, wake);
      listening.add(listener);
      return {
        stop() {
          listening.delete(listener);
          listener.stop();
        },
      };
    },
    newId: createUuidv7(options.randomBytes ?? nodeRandomBytes),
    poolState: () => connections.state,
    async close() {
      if (closed) return;
      closed = true;
      for (const listener of listening) listener.stop();
      await connections.close();
    },
  };
}

/** The key that a unit begins with locking; null where it begins otherwise. Nothing of the unit has taken effect then. */
function firstLockOf(unit: Unit<unknown>): string | null {
  const step = unit.next();
  unit.return(undefined);
  return !step.done && step.value.kind === "lock" ? step.value.key : null;
}

/** Runs `attempt`, and again after a jittered pause where `cures` says that it is worth it. Throws as `translateError` says. */
async function repeating<T>(attempt: () => Promise<T>, cures: (error: unknown) => boolean): Promise<T> {
  for (let tried = 1; ; tried += 1)
    try {
      return await attempt();
    } catch (error) {
      if (tried === ATTEMPTS || !cures(error)) throw translateError(error);
      await sleep(randomInt(PAUSE_MS) * tried);
    }
}
