import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { migrateStore, openPostgres, openSqlite, raw, run, type SqlDatabase } from "../../src/index.js";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** Runs a statement over a new connection, without the code under test. */
export async function queryServer(text: string, url = inject("postgresUrl")): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Creates an empty database on the test server. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await queryServer(`CREATE DATABASE ${name}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await queryServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Creates an empty database that is dropped when the test finishes, and returns its URL. */
export async function createTestDatabase(): Promise<string> {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  return url;
}

/** Opens empty databases of one kind; closing a database discards its content. */
export interface DatabaseKind {
  readonly name: string;
  /** Whether they have the tables when they open. */
  readonly hasTables?: boolean;
  open(now?: () => number): Promise<SqlDatabase>;
}

export const sqliteInMemory: DatabaseKind = {
  name: "SQLite in memory",
  open: async (now) => openSqlite({ path: null, ...(now && { now }) }),
};

/** Each before those that it refers to. */
const TABLES = [
  "curfew_sessions",
  "curfew_events",
  "curfew_feed",
  "curfew_account_epochs",
  "curfew_sign_outs",
  "curfew_tombstones",
  "curfew_deletions",
  "curfew_users",
  "curfew_accounts",
];

/**
 * Databases that are kept open and have the tables already. A closed one is emptied and opened again: opening one takes longer than most
 * tests.
 */
function reused(
  name: string,
  create: (now: () => number) => Promise<SqlDatabase>,
  empty: (database: SqlDatabase) => Promise<void>,
): DatabaseKind {
  const reusable: ReusableDatabase[] = [];
  const opened = async (): Promise<ReusableDatabase> => {
    let clock: () => number = Date.now;
    const database = await create(() => clock());
    await migrateStore(database);
    const reused: ReusableDatabase = {
      database: {
        ...database,
        async close() {
          await empty(database);
          reusable.push(reused);
        },
      },
      setClock(now) {
        clock = now;
      },
    };
    return reused;
  };
  return {
    name,
    hasTables: true,
    async open(now = Date.now) {
      const reused = reusable.pop() ?? (await opened());
      reused.setClock(now);
      return reused.database;
    },
  };
}

interface ReusableDatabase {
  /** The same object each time. */
  readonly database: SqlDatabase;
  setClock(now: () => number): void;
}

export const reusedSqlite = (): DatabaseKind =>
  reused(
    "SQLite in memory",
    async (now) => openSqlite({ path: null, now }),
    (database) =>
      database.alter(function* () {
        const queries = database.queries();
        for (const table of [...TABLES, "sqlite_sequence"])
          yield* run(raw(queries, sql`DELETE FROM ${sql.table(table)}`));
      }),
  );

/**
 * Deletes all rows, which is faster than recreating the tables. Triggers are off, because the rows with the
 * counts go too.
 */
const EMPTY = `DO $$ BEGIN
  SET LOCAL session_replication_role = replica;
  ${TABLES.map((table) => `DELETE FROM ${table};`).join(" ")}
END $$`;

/**
 * Returns a kind of database on the test server. Each open database is separate.
 *
 * @param open opens the database at `url`, which may already have the tables
 */
export function postgresKind(
  name: string,
  open: (url: string, now?: () => number) => Promise<SqlDatabase>,
): DatabaseKind {
  // Emptied databases are reused: creating one takes longer than most tests.
  const reusable: string[] = [];
  return {
    name,
    async open(now) {
      const url = reusable.pop() ?? (await createDatabase()).url;
      const database = await open(url, now);
      let closed = false;
      return {
        ...database,
        async close() {
          if (closed) return;
          closed = true;
          await database.close();
          await queryServer(EMPTY, url);
          reusable.push(url);
        },
      };
    },
  };
}

export const postgres = postgresKind("PostgreSQL", async (url, now) =>
  openPostgres({ url, ...(now && { now }) }),
);

export const reusedPostgres = (): DatabaseKind =>
  reused(
    "PostgreSQL",
    async (now) => openPostgres({ url: (await createDatabase()).url, now }),
    (database) =>
      database.write(function* () {
        yield* run(raw(database.queries(), sql.raw(EMPTY)));
      }),
  );
