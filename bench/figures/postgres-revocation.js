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
import { signIn, signInAgain } from "../parts/sign-in.js";

const ROUNDS = 300;
const BROKEN_ROUNDS = 5;
const PAUSE_MS = 1;
const TARGET_P99_MS = 25;
const TARGET_BROKEN_MS = 2_000;
const GUARDED = "/guarded";
const PROCESS = fileURLToPath(new URL("../parts/guarded-process.js", import.meta.url));

/**
 * From the owner's answer that everyone else is signed out to the refusal of such a session's access token on two other replicas,
 * each a process of its own with a route that asks the database for nothing, called every other millisecond; and where no connection
 * of a replica to the database works, to the last call that it let pass.
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
  const [asOwner] = await openConnections(first, 1);
  const asOther = (await Promise.all(others.map((replica) => openConnections(replica, 1)))).flat();
  const behindProxy = asOther[1];
  if (owner === undefined || asOwner === undefined || behindProxy === undefined)
    throw new Error("a connection for each");

  const signedIn = async () => {
    const token = await signInAgain(first);
    for (const connection of asOther) {
      const { status, text } = await connection.get(GUARDED, token);
      if (status !== 200) throw new Error(`a new session was answered ${status}: ${text}`);
    }
    return token;
  };
  const signOutOthers = async () => {
    const path = "/api/accounts/me/security/revoke-sessions";
    const { status, text } = await asOwner.post(path, { scope: "others" }, owner.accessToken);
    if (status !== 200 || JSON.parse(text).revoked_count !== 1) throw new Error(`${status}: ${text}`);
    return performance.now();
  };
  /** @param {import("../parts/connection.js").Connection} connection @param {string} token @param {number} answeredAt */
  const askedUntilRefused = async (connection, token, answeredAt) => {
    let passedAt = answeredAt;
    while ((await connection.get(GUARDED, token)).status === 200) {
      passedAt = performance.now();
      // Asking without a pause would take the processors from those who are asked.
      await sleep(PAUSE_MS);
    }
    return { passedMs: passedAt - answeredAt, refusedMs: performance.now() - answeredAt };
  };

  /** @type {number[]} */
  const whole = [];
  for (let round = 0; round < ROUNDS; round++) {
    const token = await signedIn();
    const answeredAt = await signOutOthers();
    for (const { refusedMs } of await Promise.all(
      asOther.map((connection) => askedUntilRefused(connection, token, answeredAt)),
    ))
      whole.push(refusedMs);
  }
  /** @type {Record<string, number[]>} */
  const broken = {};
  for (const how of /** @type {const} */ (["cut", "black hole"])) {
    const rounds = [];
    for (let round = 0; round < BROKEN_ROUNDS; round++) {
      const token = await signedIn();
      proxy.break(how);
      const answeredAt = await signOutOthers();
      rounds.push((await askedUntilRefused(behindProxy, token, answeredAt)).passedMs);
      proxy.mend();
      while ((await behindProxy.get("/fresh", "")).status !== 200);
    }
    broken[how] = rounds;
  }
  for (const connection of [asOwner, ...asOther]) connection.close();
  for (const other of others) other.stop();
  await first.stop();
  proxy.close();

  const sorted = [...whole].sort((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  return [
    {
      figure: `PostgreSQL: a revocation's answer to its refusal on other replicas, ${sorted.length} times`,
      measured: show(summarize(whole), "ms", 1),
      limit: "",
      result: `p50 ${summarize(whole).median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      target: `p99 ≤ ${TARGET_P99_MS} ms`,
      met: p99 <= TARGET_P99_MS,
      why: "an announcement is not acted on at once",
    },
    ...Object.entries(broken).map(([how, rounds]) => ({
      figure: `PostgreSQL: to the last call let pass, every connection of the replica ${how === "cut" ? "cut" : "in a black hole"}`,
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
    child.once("exit", (code) => reject(new Error(`the replica ended with ${code}`)));
    child.once("message", (/** @type {number} */ port) =>
      resolve({ host: "127.0.0.1", port, stop: () => child.kill() }),
    );
    child.send(settings);
  });
}
