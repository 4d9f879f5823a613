import { runInImage, startInImage } from "./run-image.js";

/**
 * @typedef {object} Image
 * @property {string} root
 * @property {readonly string[]} command
 * @property {readonly string[]} healthCheck
 * @property {Readonly<Record<string, string>>} environment
 */

/**
 * Runs the image on its embedded database: it gets ready, its health check says so, and it stops as asked.
 *
 * @param {Image} image
 * @returns {Promise<string[]>} the faults
 */
export async function rehearseAlone({ root, command, healthCheck, environment }) {
  const service = await startInImage([...command, "serve"], { root, environment });
  await runInImage(healthCheck, { root, environment: { ...environment, PORT: service.port } });
  const readiness = await fetch(`${service.url}/readyz`);
  const page = await fetch(`${service.url}/login`);
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
    ...(code === 0 ? [] : [`image: SIGTERM ends it with ${code}`]),
    ...(refused ? [] : ["image: the health check is content where nobody answers"]),
    ...unknownSettings(service.complaints()),
  ];
}

/** What the log says of settings that mean nothing. @param {string} complaints */
export const unknownSettings = (complaints) =>
  complaints
    .split("\n")
    .filter((line) => line.includes("unknown setting"))
    .map((line) => `image: ${line}`);
