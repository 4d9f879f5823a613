import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { HELP_TEXT, parseCommand, runCommand } from "../../src/command.js";
import { openEmbeddedDatabase } from "../../src/database/open-database.js";
import { VARIABLES } from "../../src/settings/variables.js";

describe("a command line", () => {
  it.each(["serve", "migrate", "setup-token", "demo"] as const)("names the command %s", (name) => {
    expect(parseCommand([name])).toEqual({ kind: name });
  });

  it.each([[[]], [["help"]], [["--help"]], [["-h"]], [["serve", "--help"]], [["--help", "--version"]]])(
    "%j asks for help",
    (args) => {
      expect(parseCommand(args)).toEqual({ kind: "help" });
    },
  );

  it.each([
    [["backup", "a.db"], false],
    [["backup", "--force", "a.db"], true],
    [["backup", "a.db", "-f"], true],
  ])("%j names the file of a backup, and whether it is replaced", (args, replaces) => {
    expect(parseCommand(args)).toEqual({ kind: "backup", target: { file: "a.db", replaces } });
  });

  it("names the e-mail of a password link", () => {
    expect(parseCommand(["password-link", "ada@acme.example"])).toEqual({
      kind: "password-link",
      email: "ada@acme.example",
    });
  });

  it.each([[["--version"]], [["-v"]], [["demo", "-v"]]])("%j asks for the version", (args) => {
    expect(parseCommand(args)).toEqual({ kind: "version" });
  });

  it.each([
    [["start"], 'unknown command "start"'],
    [["Serve"], 'unknown command "Serve"'],
    [[""], 'unknown command ""'],
    [["a\nb"], 'unknown command "a\\nb"'],
    [["serve", "now"], "serve takes no argument"],
    [["migrate", "demo"], "migrate takes no argument"],
    [["backup"], "backup takes the name of one file"],
    [["backup", ""], "backup takes the name of one file"],
    [["backup", "a.db", "b.db"], "backup takes the name of one file"],
    [["password-link"], "password-link takes one e-mail"],
    [["password-link", ""], "password-link takes one e-mail"],
    [["password-link", "a@b.example", "c@d.example"], "password-link takes one e-mail"],
    [["password-link", "--force", "a@b.example"], "password-link takes no option --force"],
    [["migrate", "--force"], "migrate takes no option --force"],
    [["backup", "--force=no", "a.db"], "unknown option --force"],
    [["--port"], "unknown option --port"],
    [["serve", "--port=4000"], "unknown option --port"],
    [["serve", "-p", "4000"], "unknown option -p"],
    [["--help=yes"], "unknown option --help"],
    [["--no-help"], "unknown option --no-help"],
  ])("%j is invalid", (args, reason) => {
    expect(parseCommand(args)).toEqual({
      kind: "invalid",
      message: `${reason}; see curfew --help`,
    });
  });
});

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-command-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function run(args: string[], environment: Record<string, string> = {}) {
  const output = { printed: "", printedErrors: "" };
  const exitCode = await runCommand(args, {
    environment,
    print: (text) => {
      output.printed += text;
    },
    printError: (line) => {
      output.printedErrors += line;
    },
  });
  return { exitCode, ...output };
}

describe("curfew", () => {
  it("prints its help without a command, with exit code 0", async () => {
    expect(await run([])).toEqual({ exitCode: 0, printed: HELP_TEXT, printedErrors: "" });
  });

  it("prints the version of the package", async () => {
    expect(await run(["--version"])).toEqual({
      exitCode: 0,
      printed: `${manifest.version}\n`,
      printedErrors: "",
    });
  });

  it("lists every setting in its help", () => {
    expect(Object.keys(VARIABLES).filter((name) => !HELP_TEXT.includes(name))).toEqual([]);
  });

  it("refuses an unknown command in one line, with exit code 2", async () => {
    expect(await run(["dance"])).toEqual({
      exitCode: 2,
      printed: "",
      printedErrors: 'curfew: unknown command "dance"; see curfew --help\n',
    });
  });

  it.each(["serve", "migrate", "setup-token", "demo"])(
    "%s refuses an invalid setting in one line, with exit code 2",
    async (command) => {
      expect(await run([command], { PORT: "http" })).toEqual({
        exitCode: 2,
        printed: "",
        printedErrors: "curfew: PORT: must be a whole number from 0 to 65535\n",
      });
    },
  );

  it("refuses a list of servers that is none in one line that names DATABASE_URL, with exit code 2", async () => {
    expect(await run(["serve"], { DATABASE_URL: "postgres://curfew:hunter2@one:5432,:5433/curfew" })).toEqual(
      {
        exitCode: 2,
        printed: "",
        printedErrors:
          "curfew: DATABASE_URL: must name its servers as host:port,host:port, with an IPv6 address in brackets\n",
      },
    );
  });

  it("migrate creates the database, and can run again", async () => {
    const environment = { CURFEW_DATA_DIR: join(directory, "new", "data") };
    for (const _run of ["first", "second"])
      expect(await run(["migrate"], environment)).toMatchObject({ exitCode: 0, printedErrors: "" });
    expect(await readdir(environment.CURFEW_DATA_DIR)).toContain("curfew.db");
  });

  it("setup-token prints the same token each time, also before the service has ever run, and names its database", async () => {
    const environment = { CURFEW_DATA_DIR: join(directory, "new") };
    const first = await run(["setup-token"], environment);
    expect(first).toEqual({
      exitCode: 0,
      printed: expect.stringMatching(/^[0-9a-f]{32}\n$/),
      printedErrors: `curfew: this is the setup token of the database in ${environment.CURFEW_DATA_DIR}\n`,
    });
    expect(await run(["setup-token"], environment)).toEqual(first);
  });

  it("setup-token refuses a database that another process uses in one line, with exit code 1", async () => {
    const database = await openEmbeddedDatabase(directory);
    const { exitCode, printed, printedErrors } = await run(["setup-token"], { CURFEW_DATA_DIR: directory });
    await database.close();
    expect({ exitCode, printed }).toEqual({ exitCode: 1, printed: "" });
    expect(printedErrors).toMatch(/^curfew: [^\n]*is in use: another process has it open[^\n]*\n$/);
  });

  it("migrate refuses a file that is not a database in one line, with exit code 1", async () => {
    await writeFile(join(directory, "curfew.db"), "this is a text, and no database at all\n".repeat(100));
    const { exitCode, printedErrors } = await run(["migrate"], { CURFEW_DATA_DIR: directory });
    expect(exitCode).toBe(1);
    expect(printedErrors).toMatch(/^curfew: [^\n]*curfew\.db[^\n]*\n$/);
  });

  it("migrate refuses a data directory that is a file in one line, with exit code 1", async () => {
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const { exitCode, printedErrors } = await run(["migrate"], { CURFEW_DATA_DIR: file });
    expect(exitCode).toBe(1);
    expect(printedErrors).toBe(`curfew: CURFEW_DATA_DIR: can't create or open ${file}\n`);
  });
});
