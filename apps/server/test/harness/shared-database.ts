import { createHash } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import type { Settings } from "./process.js";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** Databases by name: those who start at once share one. */
const made = new Map<string, Promise<void>>();

/**
 * The settings that give a service a PostgreSQL in the place of its embedded database, where the tests run with a server of it:
 * a database and a secret for each data directory, made at the first call. None elsewhere.
 */
export async function sharedDatabase(directory: string): Promise<Settings> {
  const server: string | undefined = inject("postgresUrl");
  if (server === undefined) return {};
  const digest = createHash("sha256").update(directory);
  const name = `test_${digest.copy().digest("hex").slice(0, 24)}`;
  const making = made.get(name) ?? makeDatabase(server, name);
  made.set(name, making);
  await making;
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { DATABASE_URL: url.href, CURFEW_SECRET: digest.digest("base64") };
}

async function makeDatabase(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}
