import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { openPostgres, openSqlite, type SqlDatabase } from "../../src/index.js";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** Runs a statement on a connection of its own. */
export async function onServer(text: string, url = inject("postgresUrl")): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** An empty database on the tests' server, and what takes it away. */
export async function newDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** The address of an empty database, gone when the test is over. */
export async function throwAwayDatabase(): Promise<string> {
  const { url, drop } = await newDatabase();
  onTestFinished(drop);
  return url;
}

/** A way to open a database that is empty, which goes when it is closed. */
export interface DatabaseKind {
  readonly name: string;
  open(now?: () => number): Promise<SqlDatabase>;
}

export const sqliteInMemory: DatabaseKind = {
  name: "SQLite in memory",
  open: async (now) => openSqlite({ path: null, ...(now && { now }) }),
};

const TABLES = [
  "curfew_accounts",
  "curfew_users",
  "curfew_sessions",
  "curfew_account_epochs",
  "curfew_feed",
  "curfew_events",
];

/** Takes every row away, which is sooner done than the tables; the counts that triggers keep go with the rows. */
const EMPTY = ["SET session_replication_role = replica", ...TABLES.map((table) => `DELETE FROM ${table}`)];

/**
 * Databases on the tests' server: each open has its own, and they go with the server.
 *
 * @param open opens the one at `url`, with or without the tables
 */
export function postgresKind(
  name: string,
  open: (url: string, now?: () => number) => Promise<SqlDatabase>,
): DatabaseKind {
  // Databases with the store's tables, empty again: to make one takes longer than most tests do.
  const emptied: string[] = [];
  return {
    name,
    async open(now) {
      const url = emptied.pop() ?? (await newDatabase()).url;
      const database = await open(url, now);
      let closed = false;
      return {
        ...database,
        async close() {
          if (closed) return;
          closed = true;
          await database.close();
          await onServer(EMPTY.join("; "), url);
          emptied.push(url);
        },
      };
    },
  };
}

export const postgres = postgresKind("PostgreSQL", async (url, now) =>
  openPostgres({ url, ...(now && { now }) }),
);
