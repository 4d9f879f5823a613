import { join } from "node:path";
import { expect, test } from "vitest";
import { compileSql, runChild } from "./support/child-process.js";
import { openStore } from "./support/sessions.js";
import { createTempDirectory } from "./support/temp-directory.js";

/**
 * Writes events without end, sixteen at a time, and prints the number of each event that was acknowledged.
 */
const writer = (module: string, path: string, firstNumber: number): string => `
  import { createSqlStore, migrateStore, openSqlite } from ${JSON.stringify(module)};
  import { writeSync } from "node:fs";
  const database = openSqlite({ path: ${JSON.stringify(path)} });
  await migrateStore(database);
  const store = createSqlStore(database);
  const event = { type: "user.signed_in", actorId: null, sessionId: null, ip: null };
  let next = ${firstNumber};
  const writeEvents = async () => {
    for (;;) {
      const n = next++;
      await store.recordEvent("account", { ...event, details: { n } });
      writeSync(1, n + "\\n");
    }
  };
  for (let count = 0; count < 16; count++) void writeEvents();`;

test("writes that were acknowledged before the process was killed are in the database", async () => {
  const directory = createTempDirectory();
  const module = await compileSql(directory);
  const path = join(directory, "curfew.db");
  const acknowledged: number[] = [];
  for (let round = 1; round <= 3; round++) {
    const child = runChild(writer(module, path, round * 1_000_000), directory);
    for (let count = 0; count < 40 * round; count++) acknowledged.push(Number(await child.line()));
    await child.kill();

    const { database, store } = await openStore({ path });
    const { items } = await store.listEvents({ accountId: "account", limit: 100_000, after: null });
    const stored = new Set(items.map(({ details: { n } }) => n));
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([]);
    expect(stored.size).toBe(items.length);
    await database.close();
  }
}, 30_000);
