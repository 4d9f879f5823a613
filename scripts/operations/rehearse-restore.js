import { createRequire } from "node:module";
import { join } from "node:path";
import { unknownSettings } from "./rehearse.js";
import { runInImage, startInImage } from "./run-image.js";

const SIGN_IN = { email: "ada@acme.example", password: "wandering violet harbour", transport: "body" };
const REGISTRATION = { ...SIGN_IN, account_name: "Acme", name: "Ada Park" };
const SECURITY = "/api/accounts/me/security";
const LOGGED = "the database is older than a refresh token: was it restored?";

/**
 * @typedef {object} Tokens
 * @property {string} access_token
 * @property {string} refresh_token
 */

/**
 * Runs the image as a replica over PostgreSQL and goes through what docs/operations.md says of a restore: a backup is taken, one
 * session is renewed, one signed out, one begun; then the backup takes the database's place, everybody is signed out by the
 * SQL, and people sign in again.
 *
 * @param {import("./rehearse.js").Image} image with the environment of a replica, but for the database
 * @param {{ server: import("../postgres/server.js").PostgresServer, signEveryoneOut: string }} by the SQL's text
 * @returns {Promise<{ faults: string[], metrics: string }>} `metrics` is what it exports
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
  /** @param {string} what @param {string} found @param {string} expected */
  const expect = (what, found, expected) => {
    if (found !== expected) faults.push(`a restore: ${what}: ${found}, and not ${expected}`);
  };
  const sql = createSql(root);

  await runInImage([...command, "migrate"], runOn("postgres"));
  const early = await startInImage([...command, "serve"], runOn("postgres"));
  const renewed = await tokensOf(early.url, "/api/auth/register", REGISTRATION);
  const ended = await tokensOf(early.url, "/api/auth/login", SIGN_IN);
  await early.stop("SIGTERM");
  await sql(server.urlOf("template1"), "CREATE DATABASE restored TEMPLATE postgres");

  const late = await startInImage([...command, "serve"], runOn("postgres"));
  const newer = await tokensOf(late.url, "/api/auth/refresh", { refresh_token: renewed.refresh_token });
  await call(late.url, "/api/auth/logout", { body: {}, token: ended.access_token });
  expect("what is signed out", await refresh(late.url, ended), "401 signed_out");
  const begun = await tokensOf(late.url, "/api/auth/login", SIGN_IN);
  const metrics = await fetch(`${late.url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
  faults.push(...unknownSettings(late.complaints()));
  await late.stop("SIGTERM");

  const without = await startInImage([...command, "serve"], runOn("restored"));
  expect("what was renewed since", await refresh(without.url, newer), "401 unauthenticated");
  expect("its line in the log", without.complaints().includes(LOGGED) ? "there" : "missing", "there");
  expect("what was ended since", await refresh(without.url, ended), "200");
  expect("what began since", await refresh(without.url, begun), "401 unauthenticated");
  expect("its access token", await look(without.url, begun), "200");
  await without.stop("SIGTERM");

  await sql(server.urlOf("restored"), signEveryoneOut);
  const after = await startInImage([...command, "serve"], runOn("restored"));
  expect("what was renewed, after the SQL", await refresh(after.url, newer), "401 revoked_by_owner");
  expect("what was ended, after the SQL", await refresh(after.url, ended), "401 revoked_by_owner");
  expect(
    "the access token of what began, after the SQL",
    await look(after.url, begun),
    "401 revoked_by_owner",
  );
  const again = await tokensOf(after.url, "/api/auth/login", SIGN_IN);
  const { body } = await call(after.url, SECURITY, { token: again.access_token });
  expect("sessions after one sign-in", String(body["active_session_count"]), "1");
  await after.stop("SIGTERM");
  return { faults, metrics: await metrics.text() };
}

/**
 * @param {string} url
 * @param {string} path
 * @param {{ body?: object, token?: string }} options
 */
async function call(url, path, { body, token }) {
  const answer = await fetch(url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: /** @type {Record<string, unknown>} */ (text === "" ? {} : JSON.parse(text)),
  };
}

/** @param {string} url @param {string} path @param {object} body @returns {Promise<Tokens>} */
async function tokensOf(url, path, body) {
  const { status, body: answer } = await call(url, path, { body });
  const { access_token, refresh_token } = answer;
  if (typeof access_token !== "string" || typeof refresh_token !== "string")
    throw new Error(`${path} answers ${status} with no tokens`);
  return { access_token, refresh_token };
}

/** What a renewal is answered: the status, and why not. @param {string} url @param {Tokens} tokens */
const refresh = async (url, { refresh_token }) =>
  wordOf(await call(url, "/api/auth/refresh", { body: { refresh_token } }));

/** What a call is answered. @param {string} url @param {Tokens} tokens */
const look = async (url, { access_token }) => wordOf(await call(url, SECURITY, { token: access_token }));

/** @param {{ status: number, body: Record<string, unknown> }} answer */
const wordOf = ({ status, body }) => [status, body["reason"] ?? body["code"] ?? ""].join(" ").trim();

/** Runs texts of several statements by the driver that the image holds. @param {string} root */
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
