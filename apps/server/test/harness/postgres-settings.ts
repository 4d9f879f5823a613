import { createHash } from "node:crypto";
import { inject } from "vitest";
import type { Settings } from "./service-process.js";
import { runSql } from "./sql-client.js";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** The databases that exist or are being created, by name, so that concurrent callers share one. */
const databases = new Map<string, Promise<unknown>>();

/**
 * The settings that make a service use PostgreSQL, if the test project has a server (`globalSetup`); none otherwise.
 *
 * @param key each key has its own database and secret, created at the first call
 */
export async function postgresSettings(key: string): Promise<Settings> {
  const server: string | undefined = inject("postgresUrl");
  if (server === undefined) return {};
  const digest = createHash("sha256").update(key);
  const name = `test_${digest.copy().digest("hex").slice(0, 24)}`;
  const creation = databases.get(name) ?? runSql(server, `CREATE DATABASE ${name}`);
  databases.set(name, creation);
  await creation;
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { DATABASE_URL: url.href, CURFEW_SECRET: digest.digest("base64") };
}
