import { randomBytes as nodeRandomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createUuidv7, isCurfewError, type RandomBytes } from "@curfew/core";
import { DatabaseOpenError, type SqlDatabase, unavailable } from "../database.js";
import { lastly, type Unit } from "../unit.js";
import type { CommandResult, Connection, ConnectionSource } from "./connection.js";
import { Connections } from "./connections.js";
import { postgresCompiler, postgresDialect } from "./dialect.js";
import { breaksConnection, isConflict, isRefusal, translateError } from "./errors.js";
import { HostConnections } from "./host-connections.js";
import { KeyedQueue, MAX_WAIT_MS } from "./keyed-queue.js";
import { listenOn } from "./listener.js";
import type { PostgresPool } from "./pool.js";
import { Servers } from "./servers.js";
import { runSingleStatement, Transaction, type TransactionOptions } from "./transaction.js";
import { within } from "./within.js";

/** How often a unit is attempted that fails with a conflict. */
const MAX_ATTEMPTS = 4;
/**
 * Maximum jittered delay before the second attempt, in milliseconds; twice as much before the third, and so
 * on.
 */
const RETRY_DELAY_MS = 20;
/** A read is not retried over a new connection once it has taken this long. */
const MAX_READ_RETRY_MS = 300;

/** A call that the database does not answer is answered within three seconds. */
const ANSWER_WITHIN_MS = 2700;

/** Serializes schema changes; the number is "curfew" in ASCII. */
const SCHEMA_LOCK = "SELECT pg_advisory_xact_lock(109347196073335)";
/** A schema change may take long, and waits for those of other processes. */
const NO_TIMEOUTS = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

const DEFAULT_POOL_SIZE = 10;

interface ClockOptions {
  /** Replaces the server's clock in tests, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
  readonly randomBytes?: RandomBytes;
}

/** Connections of its own. */
export interface OpenPostgresUrlOptions extends ClockOptions {
  /** `postgres://user:password@host:port/database`, or several servers: `host:port,host:port`. */
  readonly url: string;
  readonly pool?: never;
  /** The server's address without a pooler, for notifications and schema changes. Default: `url`. */
  readonly directUrl?: string;
  /** `url` is the address of a transaction pooler: statements are not prepared by name. */
  readonly pooled?: boolean;
  /** Maximum number of connections. Default: 10. */
  readonly poolSize?: number;
}

/** A host's connections. */
export interface OpenPostgresPoolOptions extends ClockOptions {
  /**
   * A `pg.Pool` that the host made and ends. Its connections go back without a setting, prepared statement or lock of ours, and its
   * type parsers are neither used nor changed. Tables are in the first schema of their `search_path`, which must be the same for all.
   * With `pipeline: true` in the pool's options a transaction takes fewer round trips.
   */
  readonly pool: PostgresPool;
  readonly url?: never;
  /** The server's address, for a connection that hears of commits at once. Without it the feed is read once a second. */
  readonly directUrl?: string;
}

export type OpenPostgresOptions = OpenPostgresUrlOptions | OpenPostgresPoolOptions;

/**
 * Opens a PostgreSQL database. It connects on first use, so the server need not be running yet. Of several servers it uses the
 * first one that answers and is a primary, and after a failover the new one.
 *
 * @throws TypeError if a URL is invalid; `DatabaseOpenError` `cannot_open` if `pg` is not installed or can't be loaded
 * @example const database = openPostgres({ url: "postgres://curfew:secret@db.internal/curfew" });
 * @example const database = openPostgres({ pool }); // and later: await database.close(); await pool.end();
 */
export function openPostgres(options: OpenPostgresOptions): SqlDatabase {
  const now = options.now ?? null;
  const { connections, schemaConnections, listensAt, pooled } = sourcesFor(options);
  const lockQueue = new KeyedQueue();
  const listeners = new Set<{ stop(): void }>();
  let closed = false;

  const withConnection = async <T>(
    pool: ConnectionSource,
    use: (connection: Connection) => Promise<T>,
    startedAt?: number,
  ) => {
    if (closed) throw unavailable("the database is closed");
    const connection = await pool.acquire(startedAt);
    try {
      return await use(connection);
    } catch (error) {
      // Also closes a connection to the wrong server, such as a standby: a new one may reach the primary.
      if (breaksConnection(error) || isCurfewError(error, "unavailable")) connection.markBroken();
      throw error;
    } finally {
      connection.release();
    }
  };
  const runTransaction = <T>(
    unit: () => Unit<T>,
    {
      startedAt,
      ...options
    }: Pick<TransactionOptions, "access" | "lock" | "patient"> & { startedAt: number },
  ): Promise<T> =>
    withConnection(
      connections,
      (connection) => new Transaction(connection, { ...options, now, pooled }).run(unit()),
      startedAt,
    );
  const runSingle = <T>(unit: () => Unit<T>, startedAt: number): Promise<T> =>
    withConnection(connections, (connection) => runSingleStatement(connection, unit(), now), startedAt);
  // Behind a transaction pooler a setting holds for one transaction, and commits have to be durable.
  const writeSingle = <T>(unit: () => Unit<T>, startedAt: number): Promise<T> =>
    pooled
      ? runTransaction(() => only(lastly(unit())), { access: "write", startedAt })
      : runSingle(unit, startedAt);

  return {
    dialect: postgresDialect,
    queries: <Tables>() => postgresCompiler<Tables>(),
    // A read can be retried after a broken connection too.
    read(unit, readOptions) {
      const startedAt = performance.now();
      return retrying(
        () =>
          readOptions?.single === true
            ? runSingle(unit, startedAt)
            : runTransaction(unit, { access: "read", startedAt }),
        (error) =>
          isConflict(error) || (breaksConnection(error) && performance.now() - startedAt < MAX_READ_RETRY_MS),
        startedAt,
      );
    },
    // A write must not be retried after a broken connection: it may have been committed.
    async write(unit, writeOptions) {
      const startedAt = performance.now();
      if (writeOptions?.single === true)
        return await retrying(() => writeSingle(unit, startedAt), isConflict, startedAt);
      const { lock, patient = false } = writeOptions ?? {};
      const write = () =>
        retrying(
          () => runTransaction(unit, { access: "write", lock, patient, startedAt }),
          isConflict,
          startedAt,
        );
      const written = lock === undefined ? write() : lockQueue.run(lock, write);
      return await (patient ? written : inTime(startedAt, written));
    },
    async alter(unit) {
      const schema = schemaConnections();
      const setup = `${NO_TIMEOUTS}; ${SCHEMA_LOCK}`;
      const attempt = () =>
        withConnection(schema, async (connection) => {
          await requireUnicode(connection);
          return await new Transaction(connection, { access: "write", now, pooled: false, setup }).run(
            unit(),
          );
        }).catch((error: unknown) => {
          throw isRefusal(error) ? refusalOf(error) : error;
        });
      try {
        // A schema change locks whole tables, so it can be in a deadlock with a replica's transaction.
        return await retrying(attempt, isConflict);
      } finally {
        await schema.close();
      }
    },
    listen(wake) {
      if (listensAt === null) return { stop() {} };
      const listener = listenOn(listensAt, wake);
      listeners.add(listener);
      return {
        stop() {
          listeners.delete(listener);
          listener.stop();
        },
      };
    },
    newId: createUuidv7(options.randomBytes ?? nodeRandomBytes),
    poolState: () => connections.state,
    // The server's log is the operator's, like its backups.
    emptyLog: async () => undefined,
    async close() {
      if (closed) return;
      closed = true;
      for (const listener of listeners) listener.stop();
      await connections.close();
    },
  };
}

interface Sources {
  readonly connections: ConnectionSource;
  /** The connections for one change of the schema, closed after it. */
  readonly schemaConnections: () => ConnectionSource;
  readonly listensAt: Servers | null;
  /** Connections keep no setting and no prepared statement from one transaction to the next. */
  readonly pooled: boolean;
}

function sourcesFor(options: OpenPostgresOptions): Sources {
  const given = options.directUrl;
  if (options.pool !== undefined)
    return {
      connections: new HostConnections(options.pool),
      schemaConnections: () => new HostConnections(options.pool),
      listensAt: given === undefined ? null : new Servers(given),
      pooled: true,
    };
  const pooled = options.pooled ?? false;
  const servers = new Servers(options.url);
  // Without a pooler one search serves both.
  const direct = given !== undefined && given !== options.url ? new Servers(given) : servers;
  const listensAt = given === undefined && pooled ? null : direct;
  return {
    connections: new Connections({ servers, pooled, size: options.poolSize ?? DEFAULT_POOL_SIZE }),
    schemaConnections: () => new Connections({ servers: direct, pooled: listensAt === null, size: 1 }),
    listensAt,
    pooled,
  };
}

const refusalOf = (cause: unknown): DatabaseOpenError =>
  new DatabaseOpenError(
    "cannot_open",
    `the database refuses this user: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

/** A database in another encoding would take names at first, and fail at the first one that it has no letters for. */
async function requireUnicode(connection: Connection): Promise<void> {
  const [result] = await connection.send(
    [{ script: "SELECT current_setting('server_encoding') AS encoding" }],
    "short",
  );
  const [{ encoding }] = (result as CommandResult).rows as [{ encoding: string }];
  if (encoding !== "UTF8")
    throw new DatabaseOpenError(
      "cannot_open",
      `the database's encoding is ${encoding}: create one with ENCODING 'UTF8'`,
    );
}

function* only<T>(units: Unit<[T]>): Unit<T> {
  return (yield* units)[0];
}

/**
 * Retries `attempt` after a jittered delay while `canRetry` holds, and until two seconds after `startedAt`. Throws as
 * `translateError` returns.
 */
async function retrying<T>(
  attempt: () => Promise<T>,
  canRetry: (error: unknown) => boolean,
  startedAt?: number,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1)
    try {
      return await attempt();
    } catch (error) {
      const isLate = startedAt !== undefined && performance.now() - startedAt > MAX_WAIT_MS;
      if (attempts === MAX_ATTEMPTS || isLate || !canRetry(error)) throw translateError(error);
      await sleep(randomInt(RETRY_DELAY_MS) * attempts);
    }
}

/** Throws `unavailable` if a write has no outcome in time. It may still be committed, as when a connection breaks. */
async function inTime<T>(startedAt: number, written: Promise<T>): Promise<T> {
  try {
    return await within(startedAt + ANSWER_WITHIN_MS, written);
  } catch (error) {
    throw translateError(error);
  }
}
