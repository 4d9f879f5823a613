import { setImmediate as nextTurn } from "node:timers/promises";
import { systemScheduler } from "@curfew/core";
import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";

const ROWS = 900;
const TURNS = 100;
const CALLS_PER_TURN = 500;
const ROUNDS = 9;
const TARGET = 3;

/**
 * Verifying a token of a member whose other sessions were ended one by one, so that hundreds of rows of the feed spare its
 * session, compared with a token of a member without any.
 */
export async function verifyRows() {
  return withFolder(async (folder) => {
    const { curfew, close } = await openEngine(folder, { scheduler: systemScheduler });
    const start = async (/** @type {string} */ id) => {
      const user = { id, name: id, email: `${id}@example.com`, role: /** @type {const} */ ("member") };
      return curfew.sessions.start({ accountId: "acme", user });
    };
    const [spared, quiet] = [await start("ada"), await start("grace")];
    const actor = { userId: "ada", sessionId: spared.session.id, ip: null };
    for (let row = 0; row < ROWS; row++) {
      await start("ada");
      await curfew.revoke.user("acme", "ada", { actor, spareSessionId: spared.session.id });
    }
    const nanosPerCall = (/** @type {string} */ token) => async () => {
      let tookMs = 0;
      for (let turn = 0; turn < TURNS; turn++) {
        // Lets the engine read the feed.
        await nextTurn();
        const startedAt = performance.now();
        for (let call = 0; call < CALLS_PER_TURN; call++) await curfew.sessions.verify(token);
        tookMs += performance.now() - startedAt;
      }
      return (tookMs * 1e6) / (TURNS * CALLS_PER_TURN);
    };
    const { a, b, ratio } = await alternate(
      ROUNDS,
      nanosPerCall(spared.accessToken),
      nanosPerCall(quiet.accessToken),
    );
    await close();
    return [
      {
        figure: `verifying a token with ${ROWS} rows of the feed about its user, all sparing its session`,
        measured: show(a, "ns", 0),
        limit: `without rows: ${show(b, "ns", 0)}`,
        result: show(ratio, "×"),
        target: `≤ ${TARGET} ×`,
        met: ratio.median <= TARGET,
        why: "the look-up grows with the rows",
      },
    ];
  });
}
