import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { expectStatus } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { newDataDir } from "../harness/service.js";
import { type ServiceProcess, spawnService, untilReady } from "../harness/service-process.js";

const REPOSITORY = fileURLToPath(new URL("../../../..", import.meta.url));
const BUILDS = "apps/server/dist";
/** What both tests and service take from a real repository, from its top. */
const COPIED = ["scripts/build.js", "scripts/build", "apps/server/bin", "apps/server/package.json"];
/** What the bundle imports from outside it. */
const INSTALLED = ["better-sqlite3", "@node-rs", "pg"];
/** The text that the page shows of the sources. */
const SOURCE = "apps/web/src/text.ts";

let root = "";
const running: ServiceProcess[] = [];

beforeEach(async () => {
  root = await newDataDir();
  for (const path of COPIED) cpSync(join(REPOSITORY, path), join(root, path), { recursive: true });
  for (const name of INSTALLED) write(`node_modules/${name}`, null);
  write("package.json", '{ "type": "module" }');
  write("package-lock.json", "{}");
  write("tsconfig.base.json", "{}");
  write("packages/core/package.json", "{}");
  write("apps/server/public/pages.css", "");
  write(SOURCE, "version 1");
  standInForTools();
});

afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.splice(0).map(({ ended }) => ended));
  rmSync(root, { recursive: true });
});

/** @param text null: a link to the repository's own */
function write(path: string, text: string | null): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  if (text === null) symlinkSync(join(REPOSITORY, path), join(root, path));
  else writeFileSync(join(root, path), text);
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Instead of the compiler and bundlers: they copy what was built here into the directory that their last argument names. */
function standInForTools(): void {
  const current = readFileSync(join(REPOSITORY, BUILDS, "current"), "utf8").trim();
  const copyOf = (part: string): string => `
    const { appendFileSync, cpSync, readFileSync } = process.getBuiltinModule("node:fs");
    const directory = process.argv.at(-1);
    cpSync(${JSON.stringify(join(REPOSITORY, BUILDS, current, part))}, directory, { recursive: true });`;
  write("node_modules/typescript/bin/tsc", "");
  write("node_modules/tsdown/dist/run.mjs", copyOf("server"));
  write(
    "node_modules/vite/bin/vite.js",
    `${copyOf("public/app")}
    appendFileSync(directory + "/index.html", readFileSync("src/text.ts"));
    appendFileSync("../../built", "once ");`,
  );
}

async function build(): Promise<void> {
  const child = spawn(process.execPath, ["scripts/build.js"], { cwd: root, stdio: "inherit" });
  expect(await once(child, "exit")).toEqual([0, null]);
}

async function start(name: string) {
  const port = await freePort();
  const settings = { PORT: String(port), CURFEW_DATA_DIR: join(root, name) };
  const own = spawnService(settings, "serve", join(root, "apps/server/bin/curfew.js"));
  running.push(own);
  const to = { host: "127.0.0.1", port };
  await untilReady(own, to);
  const get = async (path: string) => expectStatus(await send(to, { path }), 200).text;
  return { ...own, get };
}

test("a service keeps the files of its build, the parts that it loads late among them, while others are built and started", async () => {
  await build();
  const first = await start("first");
  const firstBuild = join(root, BUILDS, read(`${BUILDS}/current`).trim());
  // With the first more than are kept without a process.
  for (const version of [2, 3, 4]) {
    write(SOURCE, `version ${version}`);
    await build();
  }
  const second = await start("second");
  expect(await second.get("/")).toMatch(/version 4$/);

  const page = await first.get("/");
  expect(page).toMatch(/version 1$/);
  const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(assets.length).toBeGreaterThan(2);
  for (const path of [...assets, "/docs", "/docs/pages.css", "/openapi.json"]) await first.get(path);

  expect(existsSync(firstBuild)).toBe(true);
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  await build();
  expect(existsSync(firstBuild)).toBe(false);
});

test("of two builds that begin at the same moment in a fresh folder, one builds and both end well", async () => {
  await Promise.all([build(), build()]);
  expect(read("built")).toBe("once ");
  expect(await (await start("data")).get("/")).toMatch(/version 1$/);
});
