import { join } from "node:path";
import { expect, test } from "vitest";
import { runChild } from "./support/child.js";
import { compiledSql } from "./support/compiled.js";
import { openStore } from "./support/sessions.js";
import { throwAwayDirectory } from "./support/throw-away.js";

/** Writes events without end, sixteen at a time, and says of each that it was answered. */
const writer = (module: string, path: string): string => `
  import { createSqlStore, migrateStore, openSqlite } from ${JSON.stringify(module)};
  import { writeSync } from "node:fs";
  const database = openSqlite({ path: ${JSON.stringify(path)} });
  await migrateStore(database);
  const store = createSqlStore(database);
  const event = { type: "user.signed_in", actorId: null, sessionId: null, ip: null };
  let next = 0;
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
    const child = runChild(writer(module, path), directory);
    for (let count = 0; count < 40 * round; count++) answered.push(Number(await child.line()));
    await child.kill();

    const { database, store } = await openStore({ path });
    const { items } = await store.listEvents({ accountId: "account", limit: 100_000, after: null });
    const kept = new Map<unknown, number>();
    for (const { details } of items) kept.set(details["n"], (kept.get(details["n"]) ?? 0) + 1);
    const asked = new Map<unknown, number>();
    for (const n of answered) asked.set(n, (asked.get(n) ?? 0) + 1);
    expect([...asked].filter(([n, times]) => (kept.get(n) ?? 0) < times)).toEqual([]);
    await database.close();
  }
}, 30_000);
