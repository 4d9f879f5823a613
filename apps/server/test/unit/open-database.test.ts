import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { all, migrate } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, openEmbeddedDatabase } from "../../src/database/open-database.js";
import { StartFailure } from "../../src/process/start-failure.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-data-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function failureOf(path: string): Promise<unknown> {
  try {
    await (await openEmbeddedDatabase(path)).close();
    return null;
  } catch (error) {
    return error;
  }
}

describe("a data directory", () => {
  it("is created with mode 0700 if it is missing", async () => {
    const created = join(directory, "a", "b");
    await (await openEmbeddedDatabase(created)).close();
    expect((await stat(created)).mode & 0o777).toBe(0o700);
    expect((await stat(join(created, "curfew.db"))).mode & 0o777).toBe(0o600);
  });

  it("that exists keeps its mode", async () => {
    const existing = join(directory, "there");
    await mkdir(existing, { mode: 0o750 });
    await (await openEmbeddedDatabase(existing)).close();
    expect((await stat(existing)).mode & 0o777).toBe(0o750);
  });

  it("can be opened again after it is closed", async () => {
    for (let time = 0; time < 3; time += 1) await (await openEmbeddedDatabase(directory)).close();
    expect(await readdir(directory)).toEqual(["curfew.db"]);
  });

  it("is used by one process at a time", async () => {
    const database = await openEmbeddedDatabase(directory);
    const failure = await failureOf(directory);
    await database.close();
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringMatching(/curfew\.db is in use/) });
  });

  it("with a database of a newer version is refused and not changed", async () => {
    const database = await openEmbeddedDatabase(directory);
    await migrate(database, { ledger: "server_migrations", migrations: await migrationsOf(database) });
    await database.close();
    const failure = await failureOf(directory);
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining("newer version") });
    expect(await failureOf(directory)).toMatchObject({ message: expect.stringContaining("9998-later") });
  });

  it("whose database file is not a database is refused", async () => {
    await writeFile(join(directory, "curfew.db"), "a text\n".repeat(1000));
    expect(await failureOf(directory)).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/curfew\.db is not a database/),
    });
  });

  it("that is a file is refused with the name of the setting", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    expect(await failureOf(file)).toMatchObject({
      exitCode: 1,
      message: `CURFEW_DATA_DIR: can't create or open ${file}`,
    });
  });
});

/** The applied migrations, and two that this version does not know. */
async function migrationsOf(database: Awaited<ReturnType<typeof openEmbeddedDatabase>>) {
  const queries = database.queries<{ server_migrations: { name: string } }>();
  const applied = await database.read(() => all(queries.selectFrom("server_migrations").select("name")));
  return [...applied.map(({ name }) => name), "9998-later", "9999-latest"].map((name) => ({
    name,
    statements: { sqlite: [] },
  }));
}

/** A URL whose port has no listener. */
const UNREACHABLE_URL = "postgres://curfew:hunter2@127.0.0.1:1/sessions";

const sharedFailureOf = (url: string): Promise<unknown> =>
  openDatabase({
    postgres: { url, directUrl: null, pooled: false, poolSize: 2 },
    dataDirectory: "unused",
  }).then(
    () => null,
    (error: unknown) => error,
  );

describe("the database that the settings name", () => {
  it("is the embedded one of the data directory by default", async () => {
    const { database, location } = await openDatabase({ postgres: null, dataDirectory: directory });
    expect([database.dialect.name, location]).toEqual(["sqlite", directory]);
    await database.close();
  });

  it("that can't be reached fails the start with a message that names it without its password", async () => {
    const failure = await sharedFailureOf(UNREACHABLE_URL);
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure).toMatchObject({
      exitCode: 1,
      message: "the database sessions at 127.0.0.1:1 can't be reached: connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  it("on several servers fails the start with the reason of each", async () => {
    const failure = await sharedFailureOf("postgres://curfew:hunter2@127.0.0.1:1,[::1]:2/sessions");
    expect(failure).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /^the database sessions at 127\.0\.0\.1:1,\[::1\]:2 can't be reached: no server is a primary that answers \(127\.0\.0\.1:1: connect ECONNREFUSED [^;]+; \[::1\]:2: connect E[^;]+\)$/,
      ),
    });
  });
});
