import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqlite, raw, run, type SqliteDatabase } from "../src/index.js";
import { outcomeOf } from "./support/outcomes.js";
import { openStore, refreshOf, signIn } from "./support/sessions.js";
import { createTempDirectory } from "./support/temp-directory.js";

/** Opens a store on a database of some 5,000 pages, with a signed-in session. */
async function openFilled() {
  const directory = createTempDirectory();
  const database = openSqlite({ path: join(directory, "curfew.db") });
  onTestFinished(() => database.close());
  const kind = { name: "SQLite in a file", open: async () => database };
  const { store } = await openStore({ kind });
  await signIn(store, "account", "ada", "one");
  await database.write(function* () {
    const queries = database.queries<Record<never, never>>();
    yield* run(raw(queries, sql`CREATE TABLE filling (bytes BLOB)`));
    yield* run(raw(queries, sql`INSERT INTO filling VALUES (randomblob(20000000))`));
  });
  return { database, store, copy: join(directory, "copy.db"), directory };
}

/** Opens a copy and returns the generation of the session. */
async function generationIn(path: string): Promise<number | undefined> {
  const { store } = await openStore({ path });
  return (await store.readSession("account", "one"))?.session.generation;
}

/** Starts a copy and resolves once its file is there. */
async function startCopy(database: SqliteDatabase, path: string, signal?: AbortSignal) {
  const copy = database.backUp(path, signal);
  copy.catch(() => undefined);
  while (!existsSync(path)) await new Promise((resolve) => setImmediate(resolve));
  return { copy };
}

describe("a copy of a database in use", () => {
  test("lets calls be answered meanwhile, and holds all that was answered", async () => {
    const { database, store, copy } = await openFilled();
    let isCopied = false;
    const copying = database.backUp(copy).finally(() => {
      isCopied = true;
    });
    let generation = 0;
    while (!isCopied) {
      const outcome = await store.refreshSession({ ...refreshOf("account", "one", generation), graceMs: 0 });
      generation = outcome?.session.generation ?? -1;
    }
    await copying;
    // Most of the 50 turns that the copy takes have a commit between them.
    expect(generation).toBeGreaterThan(10);
    expect(await generationIn(copy)).toBeGreaterThanOrEqual(generation - 1);
  });

  test("that is cancelled ends with the signal's reason, and leaves no file", async () => {
    const { database, store, copy } = await openFilled();
    const controller = new AbortController();
    const started = await startCopy(database, copy, controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(started.copy).rejects.toThrow("cancelled");
    expect(existsSync(copy)).toBe(false);
    expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
    await expect(database.backUp(copy, AbortSignal.abort(new Error("at once")))).rejects.toThrow("at once");
    expect(existsSync(copy)).toBe(false);
  });

  test("ends when the database is closed, which waits for it", async () => {
    const { database, copy } = await openFilled();
    const started = await startCopy(database, copy);
    await database.close();
    expect(existsSync(copy)).toBe(false);
    expect(await outcomeOf(started.copy)).toBe("unavailable");
    expect(await outcomeOf(database.backUp(copy))).toBe("unavailable");
  });

  test("that can't be written is unavailable, and the database works on", async () => {
    const { database, store, directory } = await openFilled();
    const folder = join(directory, "folder");
    mkdirSync(folder);
    await expect(database.backUp(folder)).rejects.toMatchObject({
      code: "unavailable",
      cause: { code: "SQLITE_CANTOPEN" },
    });
    expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
  });
});
