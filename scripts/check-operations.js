/**
 * Checks Dockerfile, compose.yaml, ops and docs/operations.md against the built service, and runs the image's contents without
 * Docker. Requires `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parse as parseYaml } from "yaml";
import { collectImage, installedPackages, UNBUNDLED } from "./operations/collect-image.js";
import { composeFaults, interpolate, replicasOf, variablesIn } from "./operations/compose.js";
import { dockerfileFaults, readImage } from "./operations/dockerfile.js";
import { logFaults } from "./operations/log-lines.js";
import { alertFaults, dashboardFaults, exportedIn } from "./operations/metrics.js";
import { rehearseEmbedded } from "./operations/rehearse.js";
import { rehearseRestore } from "./operations/rehearse-restore.js";
import { makeUnprivilegedOwner, runInImage, setWritable } from "./operations/run-image.js";
import { startPostgres } from "./postgres/server.js";

const ROOT = join(import.meta.dirname, "..");
/** The Dockerfile's build stage collects the image here. */
const COLLECTED = "/image";
/** Values for the settings that ops/compose.env.example leaves empty. */
const SECRETS = {
  CURFEW_SECRET: Buffer.alloc(32, 7).toString("base64"),
  POSTGRES_PASSWORD: "a1b2c3",
  CURFEW_METRICS_TOKEN: "d4e5f6",
};

/** @param {string} path */
const read = (path) => readFileSync(join(ROOT, path), "utf8");
/** @param {string} path */
const exists = (path) => existsSync(join(ROOT, path));

/** @type {string[]} */
const faults = [];
const page = read("docs/operations.md");
const { version } = JSON.parse(read("apps/server/package.json"));
const { scripts } = JSON.parse(read("package.json"));

const dockerfile = read("Dockerfile");
faults.push(
  ...dockerfileFaults(dockerfile, { exists, scripts: new Set(Object.keys(scripts)), collected: COLLECTED }),
);
const { environment: built, entryPoint: command, healthCheck } = readImage(dockerfile);

const bundler = /const UNBUNDLED = (\[[^\]]*\])/.exec(read("apps/server/tsdown.config.ts"))?.[1] ?? "[]";
if (JSON.stringify(JSON.parse(bundler).sort()) !== JSON.stringify(UNBUNDLED))
  faults.push(`collect-image.js installs ${UNBUNDLED.join(", ")}, but the bundle leaves out ${bundler}`);
const production = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable", "-w", "@curfew/server"], {
  cwd: ROOT,
  encoding: "utf8",
}).split("\n");
for (const directory of installedPackages(join(ROOT, "apps/server"), UNBUNDLED))
  if (!production.includes(directory)) faults.push(`${directory} is not installed by npm ci --omit=dev`);

const directory = mkdtempSync(join(tmpdir(), "curfew-image-"));
const root = join(directory, "app");
const data = join(directory, "data");
chmodSync(directory, 0o755);
mkdirSync(data, { mode: 0o700 });
makeUnprivilegedOwner(data);
const server = await startPostgres();
try {
  collectImage(root);
  setWritable(root, false);
  const loopback = { ...built, HOST: "127.0.0.1", PORT: "0", CURFEW_DATA_DIR: data };
  const printed = await runInImage([...command, "--version"], { root, environment: built });
  if (printed.trim() !== version) faults.push(`image: --version prints ${printed.trim()}, not ${version}`);
  const help = await runInImage([...command, "--help"], { root, environment: built });
  const settings = new Set(help.match(/\b[A-Z][A-Z_]{3,}\b/g));
  faults.push(...(await rehearseEmbedded({ root, command, healthCheck, environment: loopback })));

  const example = parseEnv(read("ops/compose.env.example"));
  const text = read("compose.yaml");
  for (const name of variablesIn(text))
    if (!(name in example)) faults.push(`ops/compose.env.example: ${name} is missing`);
  const compose = /** @type {import("./operations/compose.js").ComposeFile} */ (
    parseYaml(interpolate(text, { ...example, ...SECRETS }))
  );
  faults.push(
    ...composeFaults(compose, { settings, port: built["PORT"] ?? "", proxy: read("ops/Caddyfile"), exists }),
  );

  const replica = replicasOf(compose)[0]?.[1].environment;
  const environment = { ...loopback, CURFEW_DATA_DIR: "/nowhere", ...replica };
  const rehearsal = await rehearseRestore(
    { root, command, healthCheck, environment },
    { server, signEveryoneOut: read("ops/sign-everyone-out.sql") },
  );
  faults.push(...rehearsal.faults);

  const exported = exportedIn(rehearsal.metrics);
  const alerts = /** @type {Parameters<typeof alertFaults>[0]} */ (
    parseYaml(read("ops/prometheus-alerts.yaml"))
  );
  faults.push(...alertFaults(alerts, { exported, page }));
  faults.push(...dashboardFaults(JSON.parse(read("ops/grafana-dashboard.json")), exported));
  faults.push(...logFaults(read("apps/server/src/operations/log.ts"), page));
} finally {
  await server.remove();
  if (existsSync(root)) setWritable(root, true);
  rmSync(directory, { recursive: true });
}

for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log("the operations files agree with the service");
process.exitCode = faults.length === 0 ? 0 : 1;
