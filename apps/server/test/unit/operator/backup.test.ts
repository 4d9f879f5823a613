import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { all, openSqlite, raw, run as runStatement, type SqliteDatabase } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../../src/command.js";
import { openEmbeddedDatabase } from "../../../src/database/open-database.js";
import { writeBackup } from "../../../src/operator/backup-file.js";
import { operatorCommands } from "../../../src/operator/commands.js";
import { serveControl } from "../../../src/operator/control-socket.js";
import { createTestService, ORIGIN, PASSWORD, type TestServiceOptions } from "../test-service.js";

const ADA = { account_name: "Acme", name: "Ada", email: "ada@acme.example", password: PASSWORD };
const BODY = { transport: "body" };

let directory: string;
let data: string;
let file: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-backup-"));
  data = join(directory, "data");
  await mkdir(join(directory, "backups"));
  file = join(directory, "backups", "curfew.db");
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(directory, { recursive: true });
});

/** Runs `curfew backup` on the data directory. */
async function backUp(args: readonly string[], environment: Record<string, string> = {}) {
  const output = { printed: "", printedErrors: "" };
  const exitCode = await runCommand(["backup", ...args], {
    environment: { CURFEW_DATA_DIR: data, ...environment },
    print: (text) => {
      output.printed += text;
    },
    printError: (line) => {
      output.printedErrors += line;
    },
  });
  return { exitCode, ...output };
}

const failure = (message: string) => ({ exitCode: 1, printed: "", printedErrors: `curfew: ${message}\n` });

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const filesIn = (path: string) => readdir(path, { recursive: true });

/** Replaces how the service copies its database. */
type Copy = (database: SqliteDatabase) => SqliteDatabase["backUp"];

/** Runs a service on a data directory, with its control socket. */
async function serve(at = data, { backUp: copy, ...options }: TestServiceOptions & { backUp?: Copy } = {}) {
  let database: SqliteDatabase | undefined;
  const service = await createTestService({
    ...options,
    openDatabase: async (now) => {
      database = await openEmbeddedDatabase(at, { now });
      return database;
    },
  });
  if (database === undefined) throw new Error("the service opened no database");
  const copied = { ...database, ...(copy && { backUp: copy(database) }) };
  const commands = operatorCommands(copied, { secrets: [], publicUrl: ORIGIN });
  const control = await serveControl(at, commands, () => undefined);
  const close = async () => {
    await control.stop();
    await service.close();
  };
  closing.push(close);
  return { ...service, database, control };
}

/** Makes a backup take many turns of the event loop. */
async function fill(database: SqliteDatabase): Promise<void> {
  const queries = database.queries<Record<never, never>>();
  await database.write(function* () {
    yield* runStatement(raw(queries, sql`CREATE TABLE filling (bytes BLOB)`));
    yield* runStatement(raw(queries, sql`INSERT INTO filling VALUES (randomblob(10000000))`));
  });
}

/** Puts a backup in a new data directory, as the page on backups says. */
async function restore(): Promise<string> {
  const restored = join(directory, "restored");
  await mkdir(restored);
  await copyFile(file, join(restored, "curfew.db"));
  return restored;
}

describe("curfew backup", () => {
  it("beside a running service, whose sessions are refreshed meanwhile, makes a file that a service goes on with", async () => {
    const { call, database } = await serve();
    await fill(database);
    const { body: grant } = await call("POST", "/api/auth/register", { body: { ...ADA, ...BODY } });
    let { access_token: token, refresh_token: refreshToken } = grant;
    let isDone = false;
    const backup = backUp([file]).finally(() => {
      isDone = true;
    });
    let refreshes = 0;
    for (; !isDone; refreshes += 1) {
      const { status, body } = await call("POST", "/api/auth/refresh", {
        body: { refresh_token: refreshToken },
      });
      expect(status).toBe(200);
      ({ access_token: token, refresh_token: refreshToken } = body);
    }
    expect(await backup).toEqual({
      exitCode: 0,
      printed: `The database is backed up to ${file}, without its secret\n`,
      printedErrors: "",
    });
    expect(refreshes).toBeGreaterThan(5);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await filesIn(dirname(file))).toEqual(["curfew.db"]);

    const restored = await serve(await restore());
    expect(await restored.call("GET", "/api/auth/session", { token })).toMatchObject({
      status: 200,
      body: { session: { id: grant.session.id } },
    });
    expect(
      await restored.call("POST", "/api/auth/refresh", { body: { refresh_token: refreshToken } }),
    ).toMatchObject({ status: 200, body: { session: { id: grant.session.id } } });
  });

  it("holds no secret: tokens are unknown to a service that has another one", async () => {
    const { call } = await serve();
    const { body } = await call("POST", "/api/auth/register", { body: { ...ADA, ...BODY } });
    await backUp([file]);
    const secret = createHash("sha256").update("another secret").digest();
    const restored = await serve(await restore(), { secret });
    const { refresh_token } = body;
    expect(await restored.call("POST", "/api/auth/refresh", { body: { refresh_token } })).toMatchObject({
      status: 401,
      body: { code: "unauthenticated" },
    });
    expect(
      await restored.call("POST", "/api/auth/login", {
        body: { ...BODY, email: ADA.email, password: PASSWORD },
      }),
    ).toMatchObject({ status: 200 });
  });

  it("without a running service copies the database as it is, also one that a newer version would migrate", async () => {
    await mkdir(data);
    const database = openSqlite({ path: join(data, "curfew.db") });
    await fill(database);
    await database.close();
    expect(await backUp([relative(process.cwd(), file)])).toMatchObject({ exitCode: 0, printedErrors: "" });
    const copy = openSqlite({ path: file });
    closing.push(() => copy.close());
    const queries = copy.queries<{ sqlite_schema: { name: string } }>();
    const tables = await copy.read(() => all(queries.selectFrom("sqlite_schema").select("name")));
    expect(tables).toEqual([{ name: "filling" }]);
  });

  it("replaces a file only with --force", async () => {
    const { database } = await serve();
    await writeFile(file, "an earlier backup");
    expect(await backUp([file])).toEqual(
      failure(`${file} is there already: choose another name, or replace it with --force`),
    );
    expect(await readFile(file, "utf8")).toBe("an earlier backup");
    expect(await backUp(["--force", file])).toMatchObject({ exitCode: 0 });
    expect((await readFile(file)).subarray(0, 15).toString()).toBe("SQLite format 3");
    expect(await filesIn(dirname(file))).toEqual(["curfew.db"]);
    await database.close();
  });

  it("does not replace a file that came while it was written", async () => {
    const racing = {
      backUp: async (path: string) => {
        await writeFile(path, "late");
        await writeFile(file, "first");
      },
    };
    expect(await writeBackup(racing, { file, replaces: false })).toMatchObject({ ok: false });
    expect(await readFile(file, "utf8")).toBe("first");
    expect(await filesIn(dirname(file))).toEqual(["curfew.db"]);
  });

  it.each([
    ["a folder that is not there", "none/curfew.db", "its folder is not there"],
    ["a folder that is a file", "data/curfew.db/copy.db", "its folder is not there"],
    ["the name of a folder", "backups", "it is a folder"],
  ])("refuses %s in one line, with exit code 1", async (_, name, reason) => {
    await (await openEmbeddedDatabase(data)).close();
    const path = join(directory, name);
    expect(await backUp(["--force", path])).toEqual(failure(`${path} can't be written: ${reason}`));
    expect((await filesIn(directory)).sort()).toEqual(["backups", "data", "data/curfew.db"]);
  });

  it.each([
    ["SQLITE_FULL", "the disk is full"],
    ["ENOSPC", "the disk is full"],
    ["EROFS", "its folder is read-only"],
    ["EACCES", "the user that runs the service may not write in its folder"],
    ["SQLITE_IOERR_WRITE", "SQLITE_IOERR_WRITE"],
  ])("says in one line that it failed with %s, and leaves nothing behind", async (code, reason) => {
    const full = {
      backUp: async (path: string) => {
        await writeFile(path, "a part");
        const cause = Object.assign(new Error("disk trouble"), { code });
        throw Object.assign(new Error("unavailable", { cause }), { code: "unavailable" });
      },
    };
    expect(await writeBackup(full, { file, replaces: false })).toEqual({
      ok: false,
      message: `${file} can't be written: ${reason}`,
    });
    expect(await filesIn(dirname(file))).toEqual([]);
  });

  it("ends with a service that stops, and leaves nothing behind", async () => {
    let hasCopied = false;
    const { control } = await serve(data, {
      backUp: (database) => async (path, signal) => {
        await database.backUp(path);
        hasCopied = true;
        while (signal?.aborted === false) await nextTurn();
        signal?.throwIfAborted();
      },
    });
    const backup = backUp([file]);
    while (!hasCopied) await nextTurn();
    expect(await filesIn(dirname(file))).toHaveLength(2);
    await control.stop();
    expect(await filesIn(dirname(file))).toEqual([]);
    expect(await backup).toEqual(failure("the running service stopped before it answered"));
  });

  it("says that there is no database, and makes none", async () => {
    expect(await backUp([file])).toEqual(failure(`CURFEW_DATA_DIR: there is no database in ${data}`));
    expect(await filesIn(directory)).toEqual(["backups"]);
  });

  it("refuses a file that is no database in one line", async () => {
    await mkdir(data);
    await writeFile(join(data, "curfew.db"), "a text\n".repeat(1000));
    expect(await backUp([file])).toEqual(failure(`the file ${join(data, "curfew.db")} is not a database`));
  });

  it("with DATABASE_URL says that pg_dump does it", async () => {
    const environment = {
      DATABASE_URL: "postgres://curfew:hunter2@127.0.0.1:1/curfew",
      CURFEW_SECRET: Buffer.alloc(32, 7).toString("base64"),
    };
    expect(await backUp([file], environment)).toEqual(
      failure("backup is for the embedded database: back up the one of DATABASE_URL with pg_dump"),
    );
  });
});
