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

/** Databases with the store's tables, empty again: to make one takes longer than most tests do. */
const emptied: string[] = [];

const TABLES = [
  "curfew_accounts",
  "curfew_users",
  "curfew_sessions",
  "curfew_account_epochs",
  "curfew_feed",
  "curfew_events",
];

/** Each open has its own; they go with the server. */
export const postgres: DatabaseKind = {
  name: "PostgreSQL",
  async open(now) {
    const url = emptied.pop() ?? (await newDatabase()).url;
    const database = openPostgres({ url, ...(now && { now }) });
    let closed = false;
    return {
      ...database,
      async close() {
        if (closed) return;
        closed = true;
        await database.close();
        await onServer(`TRUNCATE ${TABLES.join(", ")}`, url);
        emptied.push(url);
      },
    };
  },
};
