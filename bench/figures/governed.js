import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemScheduler } from "@curfew/core";
import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";

// Also shows `gc` to contexts made from now on.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const TURNS = 100;
const CALLS_PER_TURN = 500;
const ROUNDS = 9;
const CHECK_TARGET = 1.1;
const SESSIONS = 100_000;
const ROWS_PER_IMPORT = 1000;
const IMPORT_SECONDS = 60;
const MEMORY_MIB = 60;

/** @param {number} number @returns {import("@curfew/core").OpenGoverned} */
const hostSession = (number) => {
  const id = `person-${number % 1000}`;
  return {
    accountId: "acme",
    hostSessionId: `${"0123456789abcdef".repeat(2)}${number}`,
    user: { id, name: id, email: `${id}@example.com`, role: "member" },
    startedAt: Date.now() - 3_600_000,
  };
};

/** A check of a known governed session, compared with the verification of an access token. */
export async function governedCheck() {
  return withFolder(async (folder) => {
    const { curfew, store, close } = await openEngine(folder, { scheduler: systemScheduler });
    await curfew.ready();
    const { accountId, hostSessionId, user } = hostSession(1);
    const key = { accountId, hostSessionId };
    await curfew.governed.open({ ...key, user, startedAt: Date.now() });
    const { accessToken } = await curfew.sessions.start({ accountId, user });
    const nanosPerCall = (/** @type {() => Promise<unknown>} */ call) => async () => {
      let tookMs = 0;
      for (let turn = 0; turn < TURNS; turn++) {
        // Lets the engine read the feed.
        await nextTurn();
        const startedAt = performance.now();
        for (let n = 0; n < CALLS_PER_TURN; n++) await call();
        tookMs += performance.now() - startedAt;
      }
      return (tookMs * 1e6) / (TURNS * CALLS_PER_TURN);
    };
    const reads = countReads(store);
    const { a, b, ratio } = await alternate(
      ROUNDS,
      nanosPerCall(() => curfew.governed.check(key)),
      nanosPerCall(() => curfew.sessions.verify(accessToken)),
    );
    await close();
    return [
      {
        figure: "checking a known governed session",
        measured: show(a, "ns", 0),
        limit: `verifying an access token: ${show(b, "ns", 0)}`,
        result: `${show(ratio, "×")}, ${reads.count} database calls`,
        target: `≤ ${CHECK_TARGET} ×, none`,
        met: ratio.median <= CHECK_TARGET && reads.count === 0,
        why: "both look up a text and ask the feed's memory",
      },
    ];
  });
}

/** Importing host sessions into one account, then the memory that a process needs to know them all. */
export async function governedImport() {
  return withFolder(async (folder) => {
    const { curfew, store, close } = await openEngine(folder, { scheduler: systemScheduler });
    await curfew.ready();
    const startedAt = performance.now();
    for (let first = 0; first < SESSIONS; first += ROWS_PER_IMPORT)
      await curfew.governed.import(Array.from({ length: ROWS_PER_IMPORT }, (_, n) => hostSession(first + n)));
    const seconds = (performance.now() - startedAt) / 1000;
    const before = heapMebibytes();
    await checkAll(curfew);
    const mebibytes = heapMebibytes() - before;
    const reads = countReads(store);
    await checkAll(curfew);
    const known = SESSIONS - reads.count;
    await close();
    return [
      {
        figure: `importing ${SESSIONS} host sessions on SQLite, ${ROWS_PER_IMPORT} a call`,
        measured: `${seconds.toFixed(1)} s`,
        limit: "",
        result: `${Math.round(SESSIONS / seconds)} a second`,
        target: `≤ ${IMPORT_SECONDS} s`,
        met: seconds <= IMPORT_SECONDS,
        why: "each call is one transaction",
      },
      {
        figure: `memory of ${SESSIONS} known governed sessions`,
        measured: `${mebibytes.toFixed(0)} MiB`,
        limit: "",
        result: `${known} of them known`,
        target: `≤ ${MEMORY_MIB} MiB, all known`,
        met: mebibytes <= MEMORY_MIB && known === SESSIONS,
        why: "a key and ten numbers and texts each",
      },
    ];
  });
}

/** Lets the engine read the feed in between, as a server's requests do. @param {import("@curfew/core").Curfew} curfew */
async function checkAll(curfew) {
  for (let n = 0; n < SESSIONS; n++) {
    if (n % CALLS_PER_TURN === 0) await nextTurn();
    while (!curfew.feedHealth().fresh) await nextTurn();
    await curfew.governed.check(hostSession(n));
  }
}

/** Counts the reads of sessions from now on. @param {import("@curfew/core").Store<never>} store */
function countReads(store) {
  const reads = { count: 0 };
  const readSession = store.readSession.bind(store);
  store.readSession = (...args) => {
    reads.count += 1;
    return readSession(...args);
  };
  return reads;
}

function heapMebibytes() {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1_048_576;
}
