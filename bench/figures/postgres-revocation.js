import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { show, summarize } from "../measure/summary.js";
import { openBreakableProxy } from "../parts/breakable-proxy.js";
import { openConnections } from "../parts/connection.js";
import { withFolder } from "../parts/folder.js";
import { withPostgres } from "../parts/postgres.js";
import { startServer } from "../parts/server.js";
import { signIn, signInAgain } from "../parts/sessions.js";

const ROUNDS = 300;
const BROKEN_ROUNDS = 5;
const PAUSE_MS = 1;
const TARGET_P99_MS = 25;
const TARGET_BROKEN_MS = 2_000;
const GUARDED = "/guarded";
const PROCESS = fileURLToPath(new URL("../parts/guarded-process.js", import.meta.url));

/**
 * The time from the response to a revocation until two other replicas refuse an access token that it covers. Each replica is a
 * process with a route that does not query the database, called every few milliseconds. With all database connections of a
 * replica broken, the time until the last accepted call.
 */
export async function postgresRevocation() {
  return withPostgres((url) => withFolder((folder) => measure(url, folder)));
}

/** @param {string} url @param {string} folder */
async function measure(url, folder) {
  const proxy = await openBreakableProxy(url);
  const secret = randomBytes(32).toString("base64");
  const first = await startServer(folder, { DATABASE_URL: url, CURFEW_SECRET: secret });
  const issuer = `http://localhost:${first.port}`;
  const others = await Promise.all(
    [url, proxy.url].map((address) => startGuarded({ url: address, secret, issuer })),
  );
  const [owner] = await signIn(first, 1);
  const [ownerConnection] = await openConnections(first, 1);
  const replicaConnections = (await Promise.all(others.map((replica) => openConnections(replica, 1)))).flat();
  const proxiedConnection = replicaConnections[1];
  if (owner === undefined || ownerConnection === undefined || proxiedConnection === undefined)
    throw new Error("a connection is missing");

  const signInElsewhere = async () => {
    const token = await signInAgain(first);
    for (const connection of replicaConnections) {
      const { status, text } = await connection.get(GUARDED, token);
      if (status !== 200) throw new Error(`a new session got ${status}: ${text}`);
    }
    return token;
  };
  const signOutOthers = async () => {
    const path = "/api/accounts/me/security/revoke-sessions";
    const { status, text } = await ownerConnection.post(path, { scope: "others" }, owner.accessToken);
    if (status !== 200 || JSON.parse(text).revoked_count !== 1) throw new Error(`${status}: ${text}`);
    return performance.now();
  };
  /** @param {import("../parts/connection.js").Connection} connection @param {string} token @param {number} answeredAt */
  const callUntilRefused = async (connection, token, answeredAt) => {
    let acceptedAt = answeredAt;
    while ((await connection.get(GUARDED, token)).status === 200) {
      acceptedAt = performance.now();
      // Calls without a pause would take processor time from the replicas.
      await sleep(PAUSE_MS);
    }
    return { acceptedMs: acceptedAt - answeredAt, refusedMs: performance.now() - answeredAt };
  };

  /** @type {number[]} */
  const refusals = [];
  for (let round = 0; round < ROUNDS; round++) {
    const token = await signInElsewhere();
    const answeredAt = await signOutOthers();
    for (const { refusedMs } of await Promise.all(
      replicaConnections.map((connection) => callUntilRefused(connection, token, answeredAt)),
    ))
      refusals.push(refusedMs);
  }
  /** @type {Record<string, number[]>} */
  const broken = {};
  for (const how of /** @type {const} */ (["cut", "black hole"])) {
    const rounds = [];
    for (let round = 0; round < BROKEN_ROUNDS; round++) {
      const token = await signInElsewhere();
      proxy.break(how);
      const answeredAt = await signOutOthers();
      rounds.push((await callUntilRefused(proxiedConnection, token, answeredAt)).acceptedMs);
      proxy.repair();
      while ((await proxiedConnection.get("/fresh", "")).status !== 200);
    }
    broken[how] = rounds;
  }
  for (const connection of [ownerConnection, ...replicaConnections]) connection.close();
  for (const other of others) other.stop();
  await first.stop();
  proxy.close();

  const sorted = [...refusals].sort((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  return [
    {
      figure: `PostgreSQL: from a revocation's response to its refusal on other replicas, ${sorted.length} times`,
      measured: show(summarize(refusals), "ms", 1),
      limit: "",
      result: `p50 ${summarize(refusals).median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      target: `p99 ≤ ${TARGET_P99_MS} ms`,
      met: p99 <= TARGET_P99_MS,
      why: "a replica does not act on a notification at once",
    },
    ...Object.entries(broken).map(([how, rounds]) => ({
      figure: `PostgreSQL: until the last accepted call, all database connections of the replica ${how === "cut" ? "cut" : "in a black hole"}`,
      measured: show(summarize(rounds), "ms", 0),
      limit: "",
      result: `${Math.max(...rounds).toFixed(0)} ms at most`,
      target: `≤ ${TARGET_BROKEN_MS} ms`,
      met: Math.max(...rounds) <= TARGET_BROKEN_MS,
      why: "a replica trusts its memory for too long",
    })),
  ];
}

/**
 * @param {{ url: string, secret: string, issuer: string }} settings
 * @returns {Promise<{ host: string, port: number, stop(): void }>}
 */
function startGuarded(settings) {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the replica exited with code ${code}`)));
    child.once("message", (/** @type {number} */ port) =>
      resolve({ host: "127.0.0.1", port, stop: () => child.kill() }),
    );
    child.send(settings);
  });
}
