import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openData } from "../../../src/process/open-data.js";
import { StartFailure } from "../../../src/process/start-failure.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-data-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function failureOf(path: string): Promise<unknown> {
  try {
    await (await openData(path)).close();
    return null;
  } catch (error) {
    return error;
  }
}

describe("A data directory", () => {
  it("is made where there is none, for its owner alone", async () => {
    const made = join(directory, "a", "b");
    await (await openData(made)).close();
    expect((await stat(made)).mode & 0o777).toBe(0o700);
    expect((await stat(join(made, "curfew.db"))).mode & 0o777).toBe(0o600);
  });

  it("that is there keeps its mode", async () => {
    const there = join(directory, "there");
    await mkdir(there, { mode: 0o750 });
    await (await openData(there)).close();
    expect((await stat(there)).mode & 0o777).toBe(0o750);
  });

  it("opens again as often as it is closed", async () => {
    for (let time = 0; time < 3; time += 1) await (await openData(directory)).close();
    expect(await readdir(directory)).toEqual(["curfew.db"]);
  });

  it("is one process's at a time", async () => {
    const database = await openData(directory);
    const failure = await failureOf(directory);
    await database.close();
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringMatching(/curfew\.db is in use/) });
  });

  it("whose database is of a newer version is refused, and left as it is", async () => {
    const database = await openData(directory);
    await migrate(database, { ledger: "server_migrations", migrations: await migrationsOf(database) });
    await database.close();
    const failure = await failureOf(directory);
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining("newer version") });
    expect(await failureOf(directory)).toMatchObject({ message: expect.stringContaining("9998-later") });
  });

  it("whose file is no database is refused", async () => {
    await writeFile(join(directory, "curfew.db"), "a text\n".repeat(1000));
    expect(await failureOf(directory)).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/curfew\.db is not a database/),
    });
  });

  it("that is a file is refused, and the setting named", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    expect(await failureOf(file)).toMatchObject({
      exitCode: 1,
      message: `CURFEW_DATA_DIR: can't make or open ${file}`,
    });
  });
});

/** The steps that the ledger names already, and one that this version does not know. */
async function migrationsOf(database: Awaited<ReturnType<typeof openData>>) {
  const queries = database.queries<{ server_migrations: { name: string } }>();
  const { all } = await import("@curfew/sql");
  const applied = await database.read(() => all(queries.selectFrom("server_migrations").select("name")));
  return [...applied.map(({ name }) => name), "9998-later", "9999-latest"].map((name) => ({
    name,
    statements: { sqlite: [] },
  }));
}
