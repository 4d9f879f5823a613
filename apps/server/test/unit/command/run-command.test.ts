import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { HELP_TEXT } from "../../../src/command/help-text.js";
import { runCommand } from "../../../src/command/run-command.js";
import { VARIABLES } from "../../../src/settings/variables.js";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-command-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function run(args: string[], environment: Record<string, string> = {}) {
  const told = { printed: "", complained: "" };
  const exitCode = await runCommand(args, {
    environment,
    print: (text) => {
      told.printed += text;
    },
    complain: (line) => {
      told.complained += line;
    },
  });
  return { exitCode, ...told };
}

describe("curfew", () => {
  it("prints its help where nothing else is asked, and that is no failure", async () => {
    expect(await run([])).toEqual({ exitCode: 0, printed: HELP_TEXT, complained: "" });
  });

  it("prints the version of its package", async () => {
    expect(await run(["--version"])).toEqual({
      exitCode: 0,
      printed: `${manifest.version}\n`,
      complained: "",
    });
  });

  it("tells of every setting in its help", () => {
    expect(Object.keys(VARIABLES).filter((name) => !HELP_TEXT.includes(name))).toEqual([]);
  });

  it("refuses what it does not know in one line, with exit code 2", async () => {
    expect(await run(["dance"])).toEqual({
      exitCode: 2,
      printed: "",
      complained: 'curfew: unknown command "dance"; curfew --help tells what there is\n',
    });
  });

  it.each(["serve", "migrate", "demo"])(
    "%s refuses a setting that makes no sense in one line, with exit code 2",
    async (command) => {
      expect(await run([command], { PORT: "http" })).toEqual({
        exitCode: 2,
        printed: "",
        complained: "curfew: PORT: must be a whole number from 0 to 65535\n",
      });
    },
  );

  it("migrate makes the database and stops, and does so again", async () => {
    const environment = { CURFEW_DATA_DIR: join(directory, "new", "data") };
    for (const _time of ["first", "second"])
      expect(await run(["migrate"], environment)).toMatchObject({ exitCode: 0, complained: "" });
    expect(await readdir(environment.CURFEW_DATA_DIR)).toContain("curfew.db");
  });

  it("migrate refuses a file that is no database in one line, with exit code 1", async () => {
    await writeFile(join(directory, "curfew.db"), "this is a text, and no database at all\n".repeat(100));
    const { exitCode, complained } = await run(["migrate"], { CURFEW_DATA_DIR: directory });
    expect(exitCode).toBe(1);
    expect(complained).toMatch(/^curfew: [^\n]*curfew\.db[^\n]*\n$/);
  });

  it("migrate refuses a data directory that is a file in one line, with exit code 1", async () => {
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const { exitCode, complained } = await run(["migrate"], { CURFEW_DATA_DIR: file });
    expect(exitCode).toBe(1);
    expect(complained).toBe(`curfew: CURFEW_DATA_DIR: can't make or open ${file}\n`);
  });
});
