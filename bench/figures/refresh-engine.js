import { generateKeyPairSync, sign } from "node:crypto";
import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { callsPerSecond } from "../measure/while-busy.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";
import { openSingleCommits } from "../parts/single-commits.js";

const CALLERS = 64;
const WINDOW_MS = 1_500;
const ROUNDS = 7;
const TARGET = 5;

/** Refreshes in the engine, one session per caller and each with a rotation, compared with single durable commits. */
export async function refreshEngine() {
  return withFolder(async (folder) => {
    const engine = await openEngine(folder, { rotationGraceSeconds: 0 });
    const limit = openSingleCommits(folder, CALLERS);
    const user = {
      id: "owner",
      name: "Olive Owner",
      email: "olive@example.com",
      role: /** @type {const} */ ("owner"),
    };
    const tokens = await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        const { refreshToken } = await engine.curfew.sessions.start({ accountId: "example", user });
        return refreshToken;
      }),
    );
    const refresh = async (/** @type {number} */ caller) => {
      const grant = await engine.curfew.sessions.refresh(tokens[caller] ?? "");
      tokens[caller] = grant.refreshToken;
    };
    const { a, b, ratio } = await alternate(
      ROUNDS,
      () => callsPerSecond(CALLERS, WINDOW_MS, refresh),
      () => limit.perSecond(WINDOW_MS),
    );
    limit.close();
    await engine.close();
    return [
      {
        figure: `refresh in the engine, ${CALLERS} callers`,
        measured: show(a, "a second", 0),
        limit: `single durable commits: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${TARGET} ×`,
        met: ratio.median >= TARGET,
        why: reason(a.median, b.median),
      },
    ];
  });
}

/** @param {number} perSecond @param {number} commitsPerSecond */
function reason(perSecond, commitsPerSecond) {
  const micros = (/** @type {number} */ rate) => (1e6 / rate).toFixed(0);
  return `a commit takes ${micros(commitsPerSecond)} µs on this disk, so the target leaves ${micros(commitsPerSecond * TARGET)} µs per refresh; it takes ${micros(perSecond)}, of which the access token's signature is ${signatureMicros().toFixed(0)}`;
}

/** The time of one Ed25519 signature over a text as long as an access token, in microseconds. */
function signatureMicros() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const text = Buffer.alloc(500, "a");
  const signatures = 5_000;
  const startedAt = performance.now();
  for (let index = 0; index < signatures; index++) sign(null, text, privateKey);
  return ((performance.now() - startedAt) / signatures) * 1000;
}
