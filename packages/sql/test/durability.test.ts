import { join } from "node:path";
import { expect, test } from "vitest";
import { runChild } from "./support/child.js";
import { compiledSql } from "./support/compiled.js";
import { openStore } from "./support/sessions.js";
import { throwAwayDirectory } from "./support/throw-away.js";

/** Writes events without end, sixteen at a time, and says of each that it was answered. */
const writer = (module: string, path: string, firstNumber: number): string => `
  import { createSqlStore, migrateStore, openSqlite } from ${JSON.stringify(module)};
  import { writeSync } from "node:fs";
  const database = openSqlite({ path: ${JSON.stringify(path)} });
  await migrateStore(database);
  const store = createSqlStore(database);
  const event = { type: "user.signed_in", actorId: null, sessionId: null, ip: null };
  let next = ${firstNumber};
  const lane = async () => {
    for (;;) {
      const n = next++;
      await store.recordEvent("account", { ...event, details: { n } });
      writeSync(1, n + "\\n");
    }
  };
  for (let count = 0; count < 16; count++) void lane();`;

test("what was answered before the process was killed is there afterwards", async () => {
  const directory = throwAwayDirectory();
  const module = compiledSql(directory);
  const path = join(directory, "curfew.db");
  const answered: number[] = [];
  for (let round = 1; round <= 3; round++) {
    const child = runChild(writer(module, path, round * 1_000_000), directory);
    for (let count = 0; count < 40 * round; count++) answered.push(Number(await child.line()));
    await child.kill();

    const { database, store } = await openStore({ path });
    const { items } = await store.listEvents({ accountId: "account", limit: 100_000, after: null });
    const kept = new Set(items.map(({ details: { n } }) => n));
    expect(answered.filter((n) => !kept.has(n))).toEqual([]);
    expect(kept.size).toBe(items.length);
    await database.close();
  }
}, 30_000);
