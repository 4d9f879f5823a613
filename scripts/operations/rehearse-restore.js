import { createRequire } from "node:module";
import { join } from "node:path";
import { unknownSettings } from "./rehearse.js";
import { runInImage, startInImage } from "./run-image.js";

const SIGN_IN = { email: "ada@acme.example", password: "wandering violet harbour", transport: "body" };
const REGISTRATION = { ...SIGN_IN, account_name: "Acme", name: "Ada Park" };
const SECURITY = "/api/accounts/me/security";
const RESTORE_LOG_LINE = "the database is older than a refresh token: was it restored?";

/**
 * @typedef {object} Tokens
 * @property {string} access_token
 * @property {string} refresh_token
 */

/**
 * Runs the image as a replica over PostgreSQL and checks what docs/backup.md says about a restore. Takes a backup, then renews
 * one session, signs one out and starts one; restores the backup, signs everyone out by the SQL file, and signs in again.
 *
 * @param {import("./rehearse.js").Image} image with the environment of a replica, except the database
 * @param {{ server: import("../postgres/server.js").PostgresServer, signEveryoneOut: string }} options `signEveryoneOut` is the
 *   text of the SQL file
 * @returns {Promise<{ faults: string[], metrics: string }>} `metrics` is the response of `/metrics`
 */
export async function rehearseRestore(image, { server, signEveryoneOut }) {
  const { root, command } = image;
  const token = image.environment["CURFEW_METRICS_TOKEN"] ?? "";
  /** @param {string} database */
  const runOn = (database) => ({
    root,
    environment: { ...image.environment, DATABASE_URL: server.urlOf(database) },
  });
  /** @type {string[]} */
  const faults = [];
  /** @param {string} what @param {string} actual @param {string} expected */
  const expect = (what, actual, expected) => {
    if (actual !== expected) faults.push(`restore: ${what}: ${actual} instead of ${expected}`);
  };
  const sql = createSql(root);

  await runInImage([...command, "migrate"], runOn("postgres"));
  const beforeBackup = await startInImage([...command, "serve"], runOn("postgres"));
  const original = await tokensOf(beforeBackup.url, "/api/auth/register", REGISTRATION);
  const ended = await tokensOf(beforeBackup.url, "/api/auth/login", SIGN_IN);
  await beforeBackup.stop("SIGTERM");
  await sql(server.urlOf("template1"), "CREATE DATABASE restored TEMPLATE postgres");

  const afterBackup = await startInImage([...command, "serve"], runOn("postgres"));
  const refreshed = await tokensOf(afterBackup.url, "/api/auth/refresh", {
    refresh_token: original.refresh_token,
  });
  await call(afterBackup.url, "/api/auth/logout", { body: {}, token: ended.access_token });
  expect("refresh of a signed-out session", await refresh(afterBackup.url, ended), "401 signed_out");
  const started = await tokensOf(afterBackup.url, "/api/auth/login", SIGN_IN);
  const scrape = await fetch(`${afterBackup.url}/metrics`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const metrics = await scrape.text();
  faults.push(...unknownSettings(afterBackup.log()));
  await afterBackup.stop("SIGTERM");

  const afterRestore = await startInImage([...command, "serve"], runOn("restored"));
  expect(
    "refresh of a session renewed since the backup",
    await refresh(afterRestore.url, refreshed),
    "401 unauthenticated",
  );
  expect("its log line", afterRestore.log().includes(RESTORE_LOG_LINE) ? "logged" : "missing", "logged");
  expect("refresh of a session ended since the backup", await refresh(afterRestore.url, ended), "200");
  expect(
    "refresh of a session started since the backup",
    await refresh(afterRestore.url, started),
    "401 unauthenticated",
  );
  expect(
    "access token of a session started since the backup",
    await readPolicy(afterRestore.url, started),
    "200",
  );
  await afterRestore.stop("SIGTERM");

  await sql(server.urlOf("restored"), signEveryoneOut);
  const afterSignOut = await startInImage([...command, "serve"], runOn("restored"));
  expect(
    "refresh of the renewed session after the SQL",
    await refresh(afterSignOut.url, refreshed),
    "401 revoked_by_owner",
  );
  expect(
    "refresh of the ended session after the SQL",
    await refresh(afterSignOut.url, ended),
    "401 revoked_by_owner",
  );
  expect(
    "access token of the started session after the SQL",
    await readPolicy(afterSignOut.url, started),
    "401 revoked_by_owner",
  );
  const newSession = await tokensOf(afterSignOut.url, "/api/auth/login", SIGN_IN);
  const { body } = await call(afterSignOut.url, SECURITY, { token: newSession.access_token });
  expect("active sessions after one sign-in", String(body["active_session_count"]), "1");
  await afterSignOut.stop("SIGTERM");
  return { faults, metrics };
}

/**
 * @param {string} url
 * @param {string} path
 * @param {{ body?: object, token?: string }} options
 */
async function call(url, path, { body, token }) {
  const response = await fetch(url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: /** @type {Record<string, unknown>} */ (text === "" ? {} : JSON.parse(text)),
  };
}

/** @param {string} url @param {string} path @param {object} body @returns {Promise<Tokens>} */
async function tokensOf(url, path, body) {
  const { status, body: grant } = await call(url, path, { body });
  const { access_token, refresh_token } = grant;
  if (typeof access_token !== "string" || typeof refresh_token !== "string")
    throw new Error(`${path} answered ${status} afterRestore tokens`);
  return { access_token, refresh_token };
}

/** The outcome of a refresh. @param {string} url @param {Tokens} tokens */
const refresh = async (url, { refresh_token }) =>
  outcomeOf(await call(url, "/api/auth/refresh", { body: { refresh_token } }));

/** The outcome of a call with an access token. @param {string} url @param {Tokens} tokens */
const readPolicy = async (url, { access_token }) =>
  outcomeOf(await call(url, SECURITY, { token: access_token }));

/** The status, and the reason or the code of a problem. @param {{ status: number, body: Record<string, unknown> }} response */
const outcomeOf = ({ status, body }) => [status, body["reason"] ?? body["code"] ?? ""].join(" ").trim();

/** Creates a function that runs SQL files, with the image's own driver. @param {string} root */
function createSql(root) {
  /** @type {typeof import("pg")} */
  const pg = createRequire(join(root, "apps/server/package.json"))("pg");
  return async (/** @type {string} */ url, /** @type {string} */ text) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
}
