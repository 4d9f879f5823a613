import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSeenProofs } from "../../packages/http/dist/seen-proofs.js";
import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { createSeenProofMap } from "../parts/seen-proof-map.js";

const LIFETIME_MS = 600_000;
const CAPACITY = 200_000;
const PROOFS_PER_SECOND = 300;
const SECONDS = 900;
const JTI_BYTES = 192;
const ROUNDS = 5;
const TARGET = 0.5;

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

/** The replay memory of DPoP proofs: 15 minutes of 300 proofs a second with `jti` of 256 characters, compared with a `Map` of them. */
export async function seenProofs() {
  const digests = () => createSeenProofs(LIFETIME_MS, CAPACITY);
  const map = () => createSeenProofMap(LIFETIME_MS, CAPACITY);
  const time = await alternate(
    ROUNDS,
    async () => fill(digests).micros,
    async () => fill(map).micros,
  );
  const size = await alternate(
    1,
    async () => fill(digests).megabytes,
    async () => fill(map).megabytes,
  );
  return [
    {
      figure: `remembering a proof at ${PROOFS_PER_SECOND} a second`,
      measured: show(time.a, "µs"),
      limit: `a Map of whole proofs: ${show(time.b, "µs")}`,
      result: show(time.ratio, "×"),
      target: `≤ ${TARGET} ×`,
      met: time.ratio.median <= TARGET,
      why: "most of it is the digest",
    },
    {
      figure: "memory of remembered proofs with long jti",
      measured: show(size.a, "MB", 0),
      limit: `a Map of whole proofs: ${show(size.b, "MB", 0)}`,
      result: show(size.ratio, "×"),
      target: `≤ ${TARGET} ×`,
      met: size.ratio.median <= TARGET,
      why: "a digest in a Set takes about 70 bytes",
    },
  ];
}

/** @param {() => { add(thumbprint: string, jti: string, now: number): boolean }} create */
function fill(create) {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const seen = create();
  const thumbprint = randomBytes(32).toString("base64url");
  let micros = 0;
  for (let second = 0; second < SECONDS; second++) {
    const now = second * 1_000;
    const proofs = Array.from({ length: PROOFS_PER_SECOND }, () =>
      randomBytes(JTI_BYTES).toString("base64url"),
    );
    const startedAt = performance.now();
    for (const jti of proofs) seen.add(thumbprint, jti, now);
    micros += (performance.now() - startedAt) * 1_000;
  }
  collectGarbage();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
  // Keeps the memory alive until it was measured.
  seen.add(thumbprint, "last", SECONDS * 1_000);
  return { micros: micros / (SECONDS * PROOFS_PER_SECOND), megabytes };
}
