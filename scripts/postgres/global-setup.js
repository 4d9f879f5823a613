import { hasPostgres, startPostgres } from "./server.js";

/** Matches the name of no test. */
const NO_NAME = /(?!)/;

/**
 * Vitest's global setup of whatever needs PostgreSQL: the server of `DATABASE_URL_TEST`, else one of our own, gone when the
 * tests are over. Tests find its address under `postgresUrl`. Where there is neither, each of them is reported as skipped.
 *
 * @param {import("vitest/node").TestProject} project
 */
export async function setup(project) {
  const { DATABASE_URL_TEST: given } = process.env;
  if (given !== undefined && given !== "") {
    project.provide("postgresUrl", given);
    return undefined;
  }
  if (!hasPostgres()) {
    const { config } = project;
    console.warn(
      `no PostgreSQL is to be had for ${process.platform} on ${process.arch}: set DATABASE_URL_TEST`,
    );
    config.testNamePattern = NO_NAME;
    project.provide("postgresUrl", "");
    return undefined;
  }
  // Tests kill processes and connections, and never the power.
  const server = await startPostgres({ flags: ["-c", "fsync=off", "-c", "max_connections=300"] });
  project.provide("postgresUrl", server.url);
  return () => server.remove();
}
