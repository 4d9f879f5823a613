/** Measures all figures, or those selected with `--only` (a name, or a prefix such as `--only postgres`), and prints a table. */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { activeUsers } from "./figures/active-users.js";
import { applyPolicy, postgresApplyPolicy } from "./figures/apply-policy.js";
import { deleteAccount, postgresDeleteAccount } from "./figures/delete-account.js";
import { postgresEventStreams } from "./figures/event-streams.js";
import { governedCheck, governedImport } from "./figures/governed.js";
import { handlerCurrent, handlerRefusal } from "./figures/handler.js";
import { postgresActiveUsers } from "./figures/postgres-active-users.js";
import { postgresRefreshEngine } from "./figures/postgres-refresh-engine.js";
import { postgresRefreshHttp } from "./figures/postgres-refresh-http.js";
import { postgresRevocation } from "./figures/postgres-revocation.js";
import { refreshEngine } from "./figures/refresh-engine.js";
import { refreshHttp } from "./figures/refresh-http.js";
import { seenProofs } from "./figures/seen-proofs.js";
import { postgresSignOutEveryone, signOutEveryone } from "./figures/sign-out-everyone.js";
import { memory, startUp } from "./figures/start-up.js";
import { verify } from "./figures/verify.js";
import { verifyRows } from "./figures/verify-rows.js";
import { table } from "./measure/table.js";

/** @type {Record<string, () => Promise<import("./measure/table.js").Row[]>>} */
const FIGURES = {
  verify,
  "verify-rows": verifyRows,
  "handler-current": handlerCurrent,
  "handler-refusal": handlerRefusal,
  "governed-check": governedCheck,
  "governed-import": governedImport,
  "refresh-engine": refreshEngine,
  "refresh-http": refreshHttp,
  "sign-out-everyone": signOutEveryone,
  "delete-account": deleteAccount,
  "active-users": activeUsers,
  "apply-policy": applyPolicy,
  "start-up": startUp,
  memory,
  "seen-proofs": seenProofs,
  "postgres-refresh-engine": postgresRefreshEngine,
  "postgres-refresh-http": postgresRefreshHttp,
  "postgres-sign-out-everyone": postgresSignOutEveryone,
  "postgres-delete-account": postgresDeleteAccount,
  "postgres-active-users": postgresActiveUsers,
  "postgres-apply-policy": postgresApplyPolicy,
  "postgres-revocation": postgresRevocation,
  "postgres-event-streams": postgresEventStreams,
};

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const known = Object.keys(FIGURES);
/** @param {string} word a figure's name, or a prefix of several */
const select = (word) => known.filter((name) => name === word || name.startsWith(`${word}-`));
const unknown = (values.only ?? []).filter((word) => select(word).length === 0);
if (unknown.length > 0) {
  console.error(`unknown figure: ${unknown.join(", ")}; known figures: ${known.join(", ")}`);
  process.exit(2);
}
const names = values.only?.flatMap(select) ?? known;

/** @type {import("./measure/table.js").Row[]} */
const rows = [];
for (const name of names) {
  const startedAt = performance.now();
  rows.push(...((await FIGURES[name]?.()) ?? []));
  console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
const processors = cpus();
console.log(
  `\n${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${processors.length} processors (${processors[0]?.model.trim()})\n`,
);
console.log(table(rows));
