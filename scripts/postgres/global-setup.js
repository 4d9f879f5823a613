import { hasPostgres, startPostgres } from "./server.js";

/** Matches no test name. */
const MATCHES_NOTHING = /(?!)/;

/**
 * Vitest's global setup for tests on PostgreSQL. Provides the server's URL as `postgresUrl`: the one in `DATABASE_URL_TEST`, else
 * that of a temporary server, which is removed after the tests. Without either, every test is reported as skipped.
 *
 * @param {import("vitest/node").TestProject} project
 */
export async function setup(project) {
  const { DATABASE_URL_TEST: configured } = process.env;
  if (configured !== undefined && configured !== "") {
    project.provide("postgresUrl", configured);
    return undefined;
  }
  if (!hasPostgres()) {
    const { config } = project;
    console.warn(`no PostgreSQL binary for ${process.platform} on ${process.arch}: set DATABASE_URL_TEST`);
    config.testNamePattern = MATCHES_NOTHING;
    project.provide("postgresUrl", "");
    return undefined;
  }
  // `fsync=off` is safe: tests kill processes and connections, never the machine.
  const server = await startPostgres({ flags: ["-c", "fsync=off", "-c", "max_connections=300"] });
  project.provide("postgresUrl", server.url);
  return () => server.remove();
}
