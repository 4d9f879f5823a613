import { openPostgres } from "@curfew/sql";
import pg from "pg";
import { startPostgres } from "../../scripts/postgres/server.js";
import { engineOn } from "./engine.js";

/** The size of every pool that is measured: what the service has unless told. */
export const POOL = 10;

/**
 * Runs `work` with a PostgreSQL of its own, as it comes out of the box and durable at each commit, and removes it.
 *
 * @template T
 * @param {(url: string) => Promise<T>} work
 * @param {readonly string[]} settings `name=value` each
 */
export async function withPostgres(work, settings = []) {
  const server = await startPostgres({ flags: settings.flatMap((setting) => ["-c", setting]) });
  try {
    return await work(server.url);
  } finally {
    await server.remove();
  }
}

/**
 * The engine on a PostgreSQL, as one replica has it.
 *
 * @param {string} url
 * @param {Partial<import("@curfew/core").CurfewOptions>} options
 */
export const openPostgresEngine = (url, options = {}) =>
  engineOn(openPostgres({ url, poolSize: POOL }), options);

/** A pool by itself. @param {string} url */
export function openPool(url) {
  const pool = new pg.Pool({ connectionString: url, max: POOL });
  // The server ends connections that nobody uses when it stops.
  pool.on("error", () => {});
  return pool;
}
