import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { show, summarize } from "../measure/summary.js";
import { openConnections } from "../parts/connection.js";
import { withFolder } from "../parts/folder.js";
import { openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { startServer } from "../parts/server.js";
import { createRefresher, register, signIn } from "../parts/sessions.js";

const STREAMS = 5_000;
const SESSIONS_PER_USER = 50;
const ROUNDS = 7;
const WINDOW_MS = 1_500;
const PAUSE_MS = 2;
const FIRST_IDLE_MINUTES = 55;
const TARGET_TOLD_MS = 1_000;
const TARGET_RATIO = 3;
const PROCESS = fileURLToPath(new URL("../parts/streams-process.js", import.meta.url));

/**
 * 5,000 event streams on one account, each of another session, and a policy that is applied to them: the time until the last
 * stream is told, and how long a refresh of another account takes meanwhile, compared with a quiet window of the same run.
 */
export async function postgresEventStreams() {
  return withPostgres((url) => withFolder((folder) => measure(url, folder)));
}

/** @param {string} url @param {string} folder */
async function measure(url, folder) {
  const secret = randomBytes(32);
  const server = await startServer(folder, {
    DATABASE_URL: url,
    CURFEW_SECRET: secret.toString("base64"),
    CURFEW_ROTATION_GRACE_SECONDS: "0",
    CURFEW_REAUTH_MINUTES: "0",
  });
  const owner = await register(server, "owner@example.com");
  const tokens = await startSessions(url, secret, `http://localhost:${server.port}`, owner.accountId);
  const streams = await holdStreams(server, tokens);
  const [ownerConnection, callerConnection, readyConnection] = await openConnections(server, 3);
  if (!ownerConnection || !callerConnection || !readyConnection) throw new Error("a connection is missing");
  const { refresh } = createRefresher(await signIn(server, 1), [callerConnection]);

  /** @returns {Promise<number[]>} how long each refresh of a window took, in milliseconds */
  const refreshes = async () => {
    const took = [];
    const endsAt = performance.now() + WINDOW_MS;
    while (performance.now() < endsAt) {
      const startedAt = performance.now();
      await refresh(0);
      took.push(performance.now() - startedAt);
      await sleep(PAUSE_MS);
    }
    return took;
  };
  let { refreshToken } = owner;
  /** An applied policy makes older access tokens stale. @returns {Promise<string>} */
  const freshToken = async () => {
    const { text } = await ownerConnection.post("/api/auth/refresh", { refresh_token: refreshToken });
    const body = JSON.parse(text);
    refreshToken = body.refresh_token;
    return body.access_token;
  };
  let staleCount = 0;
  const watchReadiness = async () => {
    const endsAt = performance.now() + WINDOW_MS;
    while (performance.now() < endsAt) {
      if ((await readyConnection.get("/readyz", "")).status !== 200) staleCount += 1;
      await sleep(20);
    }
  };

  const rows = [];
  for (const [apply, type] of /** @type {const} */ ([
    ["next_login", "policy.changed"],
    ["now", "session.shortened"],
  ])) {
    const toldMs = [];
    const processorMs = [];
    /** @type {number[]} */
    const quiet = [];
    /** @type {number[]} */
    const busy = [];
    for (let round = 0; round < ROUNDS; round++) {
      quiet.push(...(await refreshes()));
      const accessToken = await freshToken();
      const told = streams.all(type);
      await told.waiting;
      const processorBefore = server.cpuMicros();
      const measured = Promise.all([refreshes(), watchReadiness()]);
      const { status, text } = await ownerConnection.patch(
        "/api/accounts/me/security",
        { idle_minutes: FIRST_IDLE_MINUTES - rows.length * ROUNDS - round, apply },
        accessToken,
      );
      if (status !== 200) throw new Error(`the policy answered ${status}: ${text}`);
      const answeredAt = Date.now();
      toldMs.push(Math.max(0, (await told.last) - answeredAt));
      processorMs.push((server.cpuMicros() - processorBefore) / 1000);
      busy.push(...(await measured)[0]);
    }
    const [p99OfQuiet, p99OfBusy] = [p99(quiet), p99(busy)];
    const name = apply === "now" ? "a policy applied now" : "a policy for the next sign-in";
    rows.push(
      {
        figure: `PostgreSQL: ${STREAMS} event streams of as many sessions told of ${name}`,
        measured: show(summarize(toldMs), "ms", 0),
        limit: `the server's processor time: ${show(summarize(processorMs), "ms", 0)}`,
        result: `${Math.max(...toldMs).toFixed(0)} ms at most, feed stale ${staleCount} times`,
        target: `≤ ${TARGET_TOLD_MS} ms, never stale`,
        met: Math.max(...toldMs) <= TARGET_TOLD_MS && staleCount === 0,
        why: "the streams are told one after the other",
      },
      {
        figure: "the same: p99 of another account's refresh meanwhile",
        measured: `${p99OfBusy.toFixed(1)} ms`,
        limit: `quiet: ${p99OfQuiet.toFixed(1)} ms`,
        result: `${(p99OfBusy / p99OfQuiet).toFixed(2)} ×`,
        target: `≤ ${TARGET_RATIO} ×`,
        met: p99OfBusy / p99OfQuiet <= TARGET_RATIO,
        why: "the streams and the policy take the processors",
      },
    );
  }
  streams.stop();
  for (const connection of [ownerConnection, callerConnection, readyConnection]) connection.close();
  await server.stop();
  return rows;
}

/** @param {readonly number[]} values */
const p99 = (values) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;

/**
 * Starts sessions of owners with the service's own secret and without passwords, and returns their access tokens.
 *
 * @param {string} url @param {Uint8Array} secret @param {string} issuer @param {string} accountId
 */
async function startSessions(url, secret, issuer, accountId) {
  const { curfew, close } = await openPostgresEngine(url, { secret, issuer });
  const tokens = [];
  for (let nth = 0; nth < STREAMS; nth += SESSIONS_PER_USER) {
    const id = `01900000-0000-7000-8000-${String(nth).padStart(12, "0")}`;
    const user = {
      id,
      name: `Person ${nth}`,
      email: `p${nth}@example.com`,
      role: /** @type {const} */ ("owner"),
    };
    const start = () => curfew.sessions.start({ accountId, user });
    // The user is known once the first has started.
    const first = await start();
    const others = await Promise.all(Array.from({ length: SESSIONS_PER_USER - 1 }, start));
    tokens.push(...[first, ...others].map(({ accessToken }) => accessToken));
  }
  await close();
  return tokens;
}

/**
 * @param {{ host: string, port: number }} server
 * @param {readonly string[]} tokens
 */
async function holdStreams(server, tokens) {
  const child = fork(PROCESS, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const exited = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the streams' process exited with code ${code}`)));
  });
  exited.catch(() => undefined);
  /** @param {string} type @returns {Promise<number>} */
  const next = (type) =>
    Promise.race([
      exited,
      new Promise((resolve) => {
        const listener = (/** @type {{ type: string, at: number }} */ message) => {
          if (message.type !== type) return;
          child.off("message", listener);
          resolve(message.at);
        };
        child.on("message", listener);
      }),
    ]);
  const opened = next("session.state");
  child.send({ ...server, tokens });
  await opened;
  return {
    /** Resolves with the time at which the last stream has had an event of the type, on the wall clock. */
    all(/** @type {string} */ type) {
      const waiting = next("waiting");
      const last = next(type);
      child.send({ awaited: type });
      return { waiting, last };
    },
    stop: () => child.kill(),
  };
}
