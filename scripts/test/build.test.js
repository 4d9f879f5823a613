import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { currentBuild } from "../../apps/server/bin/current-build.js";
import { ensureBuild } from "../build/ensure-build.js";
import { hashOfInputs } from "../build/inputs.js";
import { withLock } from "../build/lock.js";

/** A process other than the test's own that outlives the test. */
const ALIVE = process.ppid;
const DEAD = spawnSync(process.execPath, ["-e", ""]).pid;

/** @type {string} */
let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "curfew-build-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** @param {string} path @param {string} [text] */
function write(path, text = "") {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const silent = () => undefined;

describe("the name of a build", () => {
  const INPUTS = [
    "package-lock.json",
    "tsconfig.base.json",
    "scripts/build.js",
    "scripts/build/make.js",
    "apps/web/index.html",
    "apps/web/build/plugin.ts",
    "apps/server/src/main.ts",
    "apps/server/src/data/test/read.ts",
    "apps/server/public/pages.css",
    "packages/core/package.json",
    "packages/core/src/index.ts",
  ];
  beforeEach(() => INPUTS.forEach((path) => void write(path)));

  test.each(INPUTS)("changes with %s", (path) => {
    const before = hashOfInputs(root);
    write(path, "changed");
    expect(hashOfInputs(root)).not.toBe(before);
    write(path);
    expect(hashOfInputs(root)).toBe(before);
  });

  test("changes when a source is added, moved or removed", () => {
    const names = [hashOfInputs(root)];
    write("packages/core/src/more.ts");
    names.push(hashOfInputs(root));
    rmSync(join(root, "packages/core/src/more.ts"));
    write("packages/core/src/other.ts");
    names.push(hashOfInputs(root));
    rmSync(join(root, "packages/core/src/index.ts"));
    names.push(hashOfInputs(root));
    expect(new Set(names).size).toBe(4);
  });

  test.each([
    "README.md",
    "node_modules/zod/index.js",
    "apps/server/dist/current",
    "apps/server/.movable/server/main.js",
    "apps/server/test/unit/a.test.ts",
    "apps/server/tsconfig.tsbuildinfo",
    "apps/web/node_modules/.vite-temp/a.mjs",
    "packages/core/dist/src/index.js",
    "packages/core/testing/index.ts",
    "packages/core/README.md",
    "data/curfew.db",
  ])("does not depend on %s", (path) => {
    const before = hashOfInputs(root);
    write(path, "changed");
    expect(hashOfInputs(root)).toBe(before);
  });
});

describe("the build lock", () => {
  test("waits for a live process and reports its id", async () => {
    write(`lock/${ALIVE}`);
    /** @type {string[]} */
    const reports = [];
    let isHeld = false;
    const done = withLock(
      join(root, "lock"),
      async () => {
        isHeld = true;
      },
      (line) => reports.push(line),
    );
    await expect.poll(() => reports).toEqual([`waiting for process ${ALIVE}, which is building`]);
    expect(isHeld).toBe(false);
    rmSync(join(root, "lock", String(ALIVE)));
    await done;
    expect(isHeld).toBe(true);
    expect(reports).toHaveLength(1);
  });

  test("is taken over from a dead process, and released after a failure", async () => {
    write(`lock/${DEAD}`);
    const failing = withLock(join(root, "lock"), () => Promise.reject(new Error("no")), silent);
    await expect(failing).rejects.toThrow("no");
    expect(readdirSync(join(root, "lock"))).toEqual([]);
  });

  test("is taken over from a process that reuses the id of a dead one", async () => {
    write(`lock/${ALIVE}`);
    utimesSync(join(root, "lock", String(ALIVE)), 0, 0);
    expect(await withLock(join(root, "lock"), async () => "held", silent)).toBe("held");
  });

  test("is held by one process at a time", async () => {
    const module = new URL("../build/lock.js", import.meta.url).href;
    const program = `
      import { appendFileSync } from "node:fs";
      import { setTimeout as wait } from "node:timers/promises";
      import { withLock } from ${JSON.stringify(module)};
      const log = (line) => appendFileSync("log", line + "\\n");
      await withLock("lock", async () => { log("in"); await wait(30); log("out"); }, () => undefined);`;
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: root, stdio: "inherit" }),
    );
    await Promise.all(children.map((child) => once(child, "exit")));
    expect(readFileSync(join(root, "log"), "utf8")).toBe("in\nout\n".repeat(3));
  });
});

describe("a build", () => {
  let version = 1;
  /** @type {number[]} */
  let madeVersions = [];
  beforeEach(() => {
    version = 1;
    madeVersions = [];
  });
  const steps = {
    hash: () => nameOf(version),
    check: async () => undefined,
    make: async (/** @type {string} */ directory) => {
      madeVersions.push(version);
      for (const part of ["server", "in-use"]) mkdirSync(join(directory, part), { recursive: true });
      writeFileSync(join(directory, "server/main.js"), String(version));
    },
    report: silent,
  };
  /** @param {number} number */
  const nameOf = (number) => String(number).padStart(16, "0");
  /** @param {Partial<import("../build/ensure-build.js").Steps>} [overrides] */
  const build = (overrides) => ensureBuild(root, { ...steps, ...overrides });
  /** @param {number} number */
  const buildVersion = async (number) => {
    version = number;
    await build();
    // Distinct times in the past, since builds in quick succession would have equal ones.
    utimesSync(join(root, nameOf(number)), number, number);
  };
  const current = () => currentBuild(root)?.slice(-1);
  const files = () => readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const builds = () => readdirSync(root).filter((name) => /^\d{16}$/.test(name));

  test("becomes the current one, and the one before it stays", async () => {
    await buildVersion(1);
    await buildVersion(2);
    expect(current()).toBe("2");
    expect(files()).toEqual(
      [nameOf(1), nameOf(2)]
        .flatMap((name) => [name, `${name}/in-use`, `${name}/server`, `${name}/server/main.js`])
        .concat("current", "lock"),
    );
  });

  test("that exists is neither made again nor modified", async () => {
    await buildVersion(1);
    const times = () => files().map((name) => [name, statSync(join(root, name)).mtimeMs]);
    const before = times().filter(([name]) => name !== "lock");
    await build();
    expect(times().filter(([name]) => name !== "lock")).toEqual(before);
    await buildVersion(2);
    await buildVersion(1);
    expect(current()).toBe("1");
    expect(madeVersions).toEqual([1, 2]);
  });

  test.each(["check", "make"])("that fails in %s leaves the current one unchanged", async (step) => {
    await buildVersion(1);
    version = 2;
    await expect(build({ [step]: () => Promise.reject(new Error("no")) })).rejects.toThrow("no");
    expect(current()).toBe("1");
    expect(readdirSync(root)).toEqual([nameOf(1), "current", "lock"]);
    await build();
    expect(current()).toBe("2");
  });

  test("whose sources change meanwhile is made again, up to three times", async () => {
    const makeThenEdit = async (/** @type {string} */ directory) => {
      await steps.make(directory);
      version += 1;
    };
    const makeThenEditOnce = (/** @type {string} */ directory) =>
      madeVersions.length === 0 ? makeThenEdit(directory) : steps.make(directory);
    await build({ make: makeThenEditOnce });
    expect(current()).toBe("2");
    expect(builds()).toEqual([nameOf(2)]);
    version = 3;
    await expect(build({ make: makeThenEdit })).rejects.toThrow("the sources keep changing during the build");
    expect(current()).toBe("2");
  });

  test("that is old is removed, unless it is current or a live process runs from it", async () => {
    for (const number of [1, 2, 3, 4, 5]) {
      await buildVersion(number);
      if (number === 1) write(`${nameOf(1)}/in-use/${ALIVE}`);
      if (number === 2) write(`${nameOf(2)}/in-use/${DEAD}`);
    }
    await build();
    expect(builds()).toEqual([1, 3, 4, 5].map(nameOf));
    utimesSync(join(root, nameOf(5)), 0, 0);
    await build();
    expect(builds()).toEqual([1, 3, 4, 5].map(nameOf));
    utimesSync(join(root, nameOf(5)), 5, 5);
    rmSync(join(root, nameOf(1), "in-use", String(ALIVE)));
    await build();
    expect(builds()).toEqual([3, 4, 5].map(nameOf));
    expect(current()).toBe("5");
  });

  test("that was killed is cleaned up, and one in progress in another process is not", async () => {
    write(`.unfinished-${DEAD}/server/main.js`);
    write(`.unfinished-${ALIVE}/server/main.js`);
    await buildVersion(1);
    expect(existsSync(join(root, `.unfinished-${DEAD}`))).toBe(false);
    expect(existsSync(join(root, `.unfinished-${ALIVE}`))).toBe(true);
  });

  test("that is named as current but missing counts as none", async () => {
    expect(currentBuild(root)).toBeNull();
    write("current", `${nameOf(1)}\n`);
    expect(currentBuild(root)).toBeNull();
  });
});
