import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCurfewError } from "@curfew/core";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { all, clock, DatabaseOpenError, openSqlite, raw, run, type SqlDatabase } from "../src/index.js";
import { runChild } from "./support/child.js";
import { compiledSql } from "./support/compiled.js";
import { openStore } from "./support/sessions.js";
import { throwAwayDirectory, throwAwayPath } from "./support/throw-away.js";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function refusal(path: string): DatabaseOpenError {
  try {
    void openSqlite({ path }).close();
  } catch (error) {
    if (error instanceof DatabaseOpenError) return error;
    throw error;
  }
  throw new Error("it was opened");
}

const pragma = async (database: SqlDatabase, name: string): Promise<unknown> => {
  const queries = database.queries<Record<never, never>>();
  const rows = await database.write(() =>
    all(raw(queries, sql<Record<string, unknown>>`${sql.raw(`PRAGMA ${name}`)}`)),
  );
  return Object.values(rows[0] ?? {})[0];
};

describe("a database file", () => {
  test("is readable and writable by its owner alone, and so is the log beside it", async () => {
    const path = throwAwayPath();
    await openStore({ path });
    expect([modeOf(path), modeOf(`${path}-wal`)]).toEqual([0o600, 0o600]);
  });

  test("that others could read is closed to them when it is opened", async () => {
    const path = throwAwayPath();
    writeFileSync(path, "");
    chmodSync(path, 0o644);
    await openStore({ path });
    expect(modeOf(path)).toBe(0o600);
  });

  test("is written ahead, synced at each commit, locked for one process, with no shared memory", async () => {
    const path = throwAwayPath();
    const { database } = await openStore({ path });
    expect(await pragma(database, "journal_mode")).toBe("wal");
    expect(await pragma(database, "synchronous")).toBe(2);
    expect(await pragma(database, "locking_mode")).toBe("exclusive");
    expect(await pragma(database, "foreign_keys")).toBe(1);
    expect(existsSync(`${path}-shm`)).toBe(false);
  });

  test("holds after a close what was written before", async () => {
    const path = throwAwayPath();
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
  test("is in use, where this process has it open already, and the first goes on", async () => {
    const path = throwAwayPath();
    const { store } = await openStore({ path });
    const error = refusal(path);
    expect(error.code).toBe("in_use");
    expect(error.message).toBe(`the database ${path} is in use by another process`);
    expect(await store.readUser("account", "user")).toBe(null);
  });

  test("is in use, where another process has it open, until that process is gone", async () => {
    const directory = throwAwayDirectory();
    const path = join(directory, "curfew.db");
    const child = runChild(
      `import { openSqlite } from ${JSON.stringify(compiledSql(directory))};
       openSqlite({ path: ${JSON.stringify(path)} });
       console.log("open");
       setInterval(() => {}, 1000);`,
      directory,
    );
    expect(await child.line()).toBe("open");
    expect(refusal(path).code).toBe("in_use");
    await child.kill();
    await openStore({ path });
  }, 30_000);

  test("keeps another process out while this one has it open", async () => {
    const directory = throwAwayDirectory();
    const path = join(directory, "curfew.db");
    await openStore({ path });
    const child = runChild(
      `import { openSqlite } from ${JSON.stringify(compiledSql(directory))};
       try { openSqlite({ path: ${JSON.stringify(path)} }); console.log("open"); }
       catch (error) { console.log(error.code); }`,
      directory,
    );
    expect(await child.line()).toBe("in_use");
  }, 30_000);

  test("is no database, where the file holds something else, which is left as it was", () => {
    const path = throwAwayPath();
    const text = "name,email\n".repeat(500);
    writeFileSync(path, text);
    expect(refusal(path).code).toBe("not_a_database");
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("can't be opened, where its directory does not exist or it is a directory itself", () => {
    const directory = throwAwayDirectory();
    mkdirSync(join(directory, "folder"));
    expect(refusal(join(directory, "missing", "curfew.db")).code).toBe("cannot_open");
    expect(refusal(join(directory, "folder")).code).toBe("cannot_open");
  });

  test("says so in one line that names the file, and keeps the cause", () => {
    const path = join(throwAwayDirectory(), "missing", "curfew.db");
    const error = refusal(path);
    expect(error.message).toBe(`the database ${path} can't be opened`);
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("a database that was closed", () => {
  test("is unavailable to reads and writes, and may be closed again", async () => {
    const database = openSqlite({ path: null });
    await database.close();
    for (const ask of [database.read(clock), database.write(clock)]) {
      const error = await ask.then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(isCurfewError(error, "unavailable") && error.details.retryAfterSeconds).toBe(2);
    }
    await database.close();
  });

  test("finishes the writes that were under way", async () => {
    const path = throwAwayPath();
    const { database } = await openStore({ path });
    const queries = database.queries<Record<never, never>>();
    const write = (id: string) =>
      database.write(() => run(raw(queries, sql`INSERT INTO curfew_accounts (id) VALUES (${id})`)));
    const writes = Promise.all([write("one"), write("two")]);
    await database.close();
    expect(await writes).toEqual([1, 1]);
    const again = await openStore({ path });
    const rows = await again.database.write(() =>
      all(raw(queries, sql<{ id: string }>`SELECT id FROM curfew_accounts ORDER BY id`)),
    );
    expect(rows).toEqual([{ id: "one" }, { id: "two" }]);
  });
});

test("the clock and the randomness of a database are those that it was given", async () => {
  const database = openSqlite({ path: null, now: () => 1234, randomBytes: (size) => new Uint8Array(size) });
  expect(await database.read(clock)).toBe(1234);
  expect(await database.write(clock)).toBe(1234);
  expect(database.newId(1234)).toBe("00000000-04d2-7000-8000-000000000000");
  await database.close();
});
