import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCurfewError } from "@curfew/core";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { all, clock, DatabaseOpenError, openSqlite, raw, run, type SqlDatabase } from "../src/index.js";
import { compileSql, runChild } from "./support/child-process.js";
import { openStore } from "./support/sessions.js";
import { createTempDirectory, tempDatabasePath } from "./support/temp-directory.js";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function openErrorOf(path: string): DatabaseOpenError {
  try {
    void openSqlite({ path }).close();
  } catch (error) {
    if (error instanceof DatabaseOpenError) return error;
    throw error;
  }
  throw new Error("the database was opened");
}

const pragma = async (database: SqlDatabase, name: string): Promise<unknown> => {
  const queries = database.queries<Record<never, never>>();
  const rows = await database.write(() =>
    all(raw(queries, sql<Record<string, unknown>>`${sql.raw(`PRAGMA ${name}`)}`)),
  );
  return Object.values(rows[0] ?? {})[0];
};

describe("a database file", () => {
  test("and its write-ahead log are readable and writable only by the owner", async () => {
    const path = tempDatabasePath();
    await openStore({ path });
    expect([modeOf(path), modeOf(`${path}-wal`)]).toEqual([0o600, 0o600]);
  });

  test("that other users could read becomes private when it is opened", async () => {
    const path = tempDatabasePath();
    writeFileSync(path, "");
    chmodSync(path, 0o644);
    await openStore({ path });
    expect(modeOf(path)).toBe(0o600);
  });

  test("uses WAL, syncs each commit, is locked by one process, and needs no shared memory", async () => {
    const path = tempDatabasePath();
    const { database } = await openStore({ path });
    expect(await pragma(database, "journal_mode")).toBe("wal");
    expect(await pragma(database, "synchronous")).toBe(2);
    expect(await pragma(database, "locking_mode")).toBe("exclusive");
    expect(await pragma(database, "foreign_keys")).toBe(1);
    expect(existsSync(`${path}-shm`)).toBe(false);
  });

  test("keeps its data after it is closed", async () => {
    const path = tempDatabasePath();
    const first = await openStore({ path });
    await first.store.recordEvent("account", {
      type: "account.created",
      actorId: null,
      sessionId: null,
      ip: null,
      details: { n: 1 },
    });
    await first.database.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const second = await openStore({ path });
    const { items } = await second.store.listEvents({ accountId: "account", limit: 10, after: null });
    expect(items.map((item) => item.details)).toEqual([{ n: 1 }]);
  });
});

describe("a database that can't be opened", () => {
  test("is in_use if this process has already opened it; the first connection keeps working", async () => {
    const path = tempDatabasePath();
    const { store } = await openStore({ path });
    const error = openErrorOf(path);
    expect(error.code).toBe("in_use");
    expect(error.message).toBe(
      `the database ${path} is in use: another process has it open, or this one has opened it already`,
    );
    expect(await store.readUser("account", "user")).toBe(null);
  });

  test("is in_use while another process has it open, and can be opened once that process has ended", async () => {
    const directory = createTempDirectory();
    const path = join(directory, "curfew.db");
    const child = runChild(
      `import { openSqlite } from ${JSON.stringify(await compileSql(directory))};
       openSqlite({ path: ${JSON.stringify(path)} });
       console.log("open");
       setInterval(() => {}, 1000);`,
      directory,
    );
    expect(await child.line()).toBe("open");
    expect(openErrorOf(path).code).toBe("in_use");
    await child.kill();
    await openStore({ path });
  }, 30_000);

  test("is in_use in another process while this process has it open", async () => {
    const directory = createTempDirectory();
    const path = join(directory, "curfew.db");
    await openStore({ path });
    const child = runChild(
      `import { openSqlite } from ${JSON.stringify(await compileSql(directory))};
       try { openSqlite({ path: ${JSON.stringify(path)} }); console.log("open"); }
       catch (error) { console.log(error.code); }`,
      directory,
    );
    expect(await child.line()).toBe("in_use");
  }, 30_000);

  test("is not_a_database if the file has other content, which stays unchanged", () => {
    const path = tempDatabasePath();
    const text = "name,email\n".repeat(500);
    writeFileSync(path, text);
    expect(openErrorOf(path).code).toBe("not_a_database");
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("is cannot_open if its directory does not exist or the path is a directory", () => {
    const directory = createTempDirectory();
    mkdirSync(join(directory, "folder"));
    expect(openErrorOf(join(directory, "missing", "curfew.db")).code).toBe("cannot_open");
    expect(openErrorOf(join(directory, "folder")).code).toBe("cannot_open");
  });

  test("has an error with a single line that names the file, and with the cause", () => {
    const path = join(createTempDirectory(), "missing", "curfew.db");
    const error = openErrorOf(path);
    expect(error.message).toBe(`the database ${path} can't be opened`);
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("a closed database", () => {
  test("is unavailable to reads and writes, and can be closed again", async () => {
    const database = openSqlite({ path: null });
    await database.close();
    for (const call of [database.read(clock), database.write(clock)]) {
      const error = await call.then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(isCurfewError(error, "unavailable") && error.details.retryAfterSeconds).toBe(2);
    }
    await database.close();
  });

  test("has finished the writes that were in progress", async () => {
    const path = tempDatabasePath();
    const { database } = await openStore({ path });
    const queries = database.queries<Record<never, never>>();
    const write = (id: string) =>
      database.write(() => run(raw(queries, sql`INSERT INTO curfew_accounts (id) VALUES (${id})`)));
    const writes = Promise.all([write("one"), write("two")]);
    await database.close();
    expect(await writes).toEqual([1, 1]);
    const reopened = await openStore({ path });
    const rows = await reopened.database.write(() =>
      all(raw(queries, sql<{ id: string }>`SELECT id FROM curfew_accounts ORDER BY id`)),
    );
    expect(rows).toEqual([{ id: "one" }, { id: "two" }]);
  });
});

test("a database uses the clock and the random source from its options", async () => {
  const database = openSqlite({ path: null, now: () => 1234, randomBytes: (size) => new Uint8Array(size) });
  expect(await database.read(clock)).toBe(1234);
  expect(await database.write(clock)).toBe(1234);
  expect(database.newId(1234)).toBe("00000000-04d2-7000-8000-000000000000");
  await database.close();
});
