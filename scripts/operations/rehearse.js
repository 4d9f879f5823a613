import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runInImage, startInImage } from "./run-image.js";

const SIGN_IN = { email: "ada@acme.example", password: "wandering violet harbour", transport: "body" };
const REGISTRATION = { ...SIGN_IN, account_name: "Acme", name: "Ada Park" };

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

/**
 * Runs the image as a replica over PostgreSQL, with an environment of compose.yaml, and goes through what docs/operations.md
 * says of the hour after a restore: the replicas stopped, everyone signed out by the SQL, and started again.
 *
 * @param {Image} image
 * @param {string} sqlFile
 * @returns {Promise<{ faults: string[], metrics: string }>} `metrics` is what it exports
 */
export async function rehearseRestore({ root, command, environment }, sqlFile) {
  const run = { root, environment };
  await runInImage([...command, "migrate"], run);
  const before = await startInImage([...command, "serve"], run);
  const metrics = await fetch(`${before.url}/metrics`, {
    headers: { Authorization: `Bearer ${environment["CURFEW_METRICS_TOKEN"]}` },
  });
  const exported = await metrics.text();
  const owner = await post(before.url, "/api/auth/register", REGISTRATION);
  const complaints = before.complaints();
  await before.stop("SIGTERM");

  await runSql(root, String(environment["DATABASE_URL"]), readFileSync(sqlFile, "utf8"));

  const after = await startInImage([...command, "serve"], run);
  const called = await fetch(`${after.url}/api/auth/session`, {
    headers: { Authorization: `Bearer ${owner.body["access_token"]}` },
  });
  const refreshed = await post(after.url, "/api/auth/refresh", {
    refresh_token: owner.body["refresh_token"],
  });
  const again = await post(after.url, "/api/auth/login", SIGN_IN);
  const listed = await fetch(`${after.url}/api/accounts/me/security`, {
    headers: { Authorization: `Bearer ${again.body["access_token"]}` },
  });
  const { active_session_count: count } = /** @type {{ active_session_count?: number }} */ (
    await listed.json()
  );
  await after.stop("SIGTERM");
  const faults = [
    ...(metrics.status === 200 ? [] : [`metrics: ${metrics.status}`]),
    ...(owner.status === 201 ? [] : [`register: ${owner.status}`]),
    ...(called.status === 401 ? [] : [`signed out by SQL, an access token is answered ${called.status}`]),
    ...(refreshed.body["reason"] === "revoked_by_owner"
      ? []
      : [`signed out by SQL, a refresh is answered ${refreshed.status} ${refreshed.body["reason"]}`]),
    ...(again.status === 200 ? [] : [`signed out by SQL, a sign-in is answered ${again.status}`]),
    ...(count === 1 ? [] : [`signed out by SQL and in again, the account counts ${count} sessions`]),
  ];
  return { faults: [...faults, ...unknownSettings(complaints)], metrics: exported };
}

/** @param {string} url @param {string} path @param {object} body */
async function post(url, path, body) {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: /** @type {Record<string, unknown>} */ (await answer.json()) };
}

/** Runs a text of several statements by the driver that the image holds. @param {string} root @param {string} url @param {string} text */
async function runSql(root, url, text) {
  /** @type {typeof import("pg")} */
  const pg = createRequire(join(root, "apps/server/package.json"))("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** @param {string} complaints lines of the log */
const unknownSettings = (complaints) =>
  complaints
    .split("\n")
    .filter((line) => line.includes("setting is unknown"))
    .map((line) => `image: ${line}`);
