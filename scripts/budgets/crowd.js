import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { freePort } from "../network/free-port.js";

const COMMAND = join(import.meta.dirname, "../../apps/server/bin/curfew.js");
const PEOPLE = 10_000;
const HOUR_MS = 3_600_000;

/** The owner of an account with ten thousand members. */
export const CROWD_OWNER = { email: "ada@crowd.example", password: "lantern-tide-copper" };

/**
 * Starts the built service with an account of ten thousand members, all signed in, and as many events in its trail.
 *
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startCrowd() {
  const folder = mkdtempSync(join(tmpdir(), "curfew-crowd-"));
  const port = await freePort();
  const first = await start(folder, port);
  const accountId = await register(first.url);
  await first.stop();
  fill(join(folder, "curfew.db"), accountId);
  const service = await start(folder, port);
  return {
    url: service.url,
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * @param {string} folder
 * @param {number} port
 */
async function start(folder, port) {
  const child = spawn(process.execPath, [COMMAND, "serve"], {
    env: {
      ...process.env,
      PORT: String(port),
      CURFEW_DATA_DIR: folder,
      CURFEW_LOG_LEVEL: "error",
      CURFEW_RATE_LIMIT: "off",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  await new Promise((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (output.includes("is ready")) resolve(undefined);
    });
    void exit.then(([code]) => reject(new Error(`the service exited with code ${code}`)));
  });
  return {
    url: `http://localhost:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await exit;
    },
  };
}

/** @param {string} url */
async function register(url) {
  const response = await fetch(new URL("/api/auth/register", url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ account_name: "Crowd", name: "Ada Lovelace", ...CROWD_OWNER }),
  });
  const body = await response.json();
  if (response.status !== 201) throw new Error(JSON.stringify(body));
  return /** @type {string} */ (body.user.account.id);
}

/**
 * Inserts the members with a session and an event each. The triggers keep the counts, and the next start the sort keys.
 *
 * @param {string} path
 * @param {string} accountId
 */
function fill(path, accountId) {
  const database = new Database(path);
  const ids = (/** @type {string} */ kind) => `'01900000-0000-7${kind}-8000-' || printf('%012x', n)`;
  const people = `WITH RECURSIVE people (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM people WHERE n < ${PEOPLE - 1})`;
  const now = Date.now();
  database.transaction(() => {
    database
      .prepare(
        `INSERT INTO curfew_users (account_id, id, name, email, role, last_login_at) ${people}
          SELECT @accountId, ${ids("001")}, 'Person ' || n, 'person-' || n || '@crowd.example', 'member', @now - n FROM people`,
      )
      .run({ accountId, now });
    database
      .prepare(
        `INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes,
            absolute_minutes, idle_expires_at, absolute_expires_at, device_label, user_agent, ip) ${people}
          SELECT @accountId, ${ids("002")}, ${ids("001")}, 0, @now - n, @now - n, 1200, 1440, @now - n + 1200 * 60000, @now - n + 1440 * 60000,
            'Firefox on Linux', 'Mozilla/5.0', '192.0.2.7' FROM people`,
      )
      .run({ accountId, now });
    database
      .prepare(
        // Of every fifth event the trail does not tell the name of whom it is about.
        `INSERT INTO curfew_events (account_id, id, at, type, actor_id, session_id, ip, details) ${people}
          SELECT @accountId, ${ids("003")}, @now - n, CASE n % 5 WHEN 0 THEN 'member.disabled' ELSE 'user.signed_in' END,
            CASE n % 5 WHEN 0 THEN NULL ELSE ${ids("001")} END, ${ids("002")}, '192.0.2.7',
            CASE n % 5 WHEN 0 THEN json_object('user_id', ${ids("001")}, 'count', 1) ELSE '{}' END FROM people`,
      )
      .run({ accountId, now: now - HOUR_MS });
  })();
  database.close();
}
