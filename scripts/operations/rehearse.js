import { join } from "node:path";
import { runInImage, startInImage } from "./run-image.js";

/**
 * @typedef {object} Image
 * @property {string} root
 * @property {readonly string[]} command
 * @property {readonly string[]} healthCheck
 * @property {Readonly<Record<string, string>>} environment
 */

/**
 * Runs the image on its embedded database, and checks readiness, the health check, a backup and the stop on SIGTERM.
 *
 * @param {Image} image
 * @returns {Promise<string[]>} the faults
 */
export async function rehearseEmbedded({ root, command, healthCheck, environment }) {
  const service = await startInImage([...command, "serve"], { root, environment });
  await runInImage(healthCheck, { root, environment: { ...environment, PORT: service.port } });
  const readiness = await fetch(`${service.url}/readyz`);
  const page = await fetch(`${service.url}/login`);
  // An unread body fails when the service closes its connection.
  await Promise.all([readiness.arrayBuffer(), page.arrayBuffer()]);
  const backup = join(environment["CURFEW_DATA_DIR"] ?? "", "backup.db");
  const printed = await runInImage([...command, "backup", backup], { root, environment });
  const code = await service.stop("SIGTERM");
  const refused = await runInImage(healthCheck, {
    root,
    environment: { ...environment, PORT: service.port },
  }).then(
    () => false,
    () => true,
  );
  return [
    ...(readiness.status === 200 ? [] : [`image: /readyz answers ${readiness.status}`]),
    ...(page.status === 200 ? [] : [`image: /login answers ${page.status}`]),
    ...(printed.includes(backup) ? [] : [`image: backup prints ${printed}`]),
    ...(code === 0 ? [] : [`image: exits with code ${code} on SIGTERM`]),
    ...(refused ? [] : ["image: the health check passes although the service has stopped"]),
    ...unknownSettings(service.log()),
  ];
}

/** The log's warnings about unknown settings. @param {string} log */
export const unknownSettings = (log) =>
  log
    .split("\n")
    .filter((line) => line.includes("unknown setting"))
    .map((line) => `image: ${line}`);
