import { openPostgres } from "@curfew/sql";
import pg from "pg";
import { startPostgres } from "../../scripts/postgres/server.js";
import { engineOn } from "./engine.js";

/** Size of every measured pool: the service's default. */
const POOL_SIZE = 10;

/**
 * Runs `work` with a temporary PostgreSQL with default settings, including durable commits, and removes it.
 *
 * @template T
 * @param {(url: string) => Promise<T>} work
 * @param {readonly string[]} settings each as `name=value`
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
 * Opens the engine on PostgreSQL, configured as in a replica.
 *
 * @param {string} url
 * @param {Partial<import("@curfew/core").CurfewOptions>} options
 */
export const openPostgresEngine = (url, options = {}) =>
  engineOn(openPostgres({ url, poolSize: POOL_SIZE }), options);

/** Opens a pool of the same size, without the engine. @param {string} url */
export function openPool(url) {
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
  // A stopping server closes idle connections.
  pool.on("error", () => {});
  return pool;
}
