import { createHash } from "node:crypto";
import { migrateStore, openSqlite } from "@curfew/sql";
import { afterEach, describe, expect, it } from "vitest";
import { createSetupToken } from "../../../src/accounts/setup-token.js";
import { migrateService } from "../../../src/database/migrations.js";

const secretOf = (name: string) => new Uint8Array(createHash("sha256").update(name).digest());
const [OLD, NEW] = [secretOf("old"), secretOf("new")];

describe("the setup token", () => {
  const databases: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.close();
  });

  async function openDatabase() {
    const database = openSqlite({ path: null });
    databases.push(database);
    await migrateStore(database);
    await migrateService(database);
    return database;
  }

  it("is the same in every process with the secret and the database, and of 128 bits", async () => {
    const database = await openDatabase();
    const token = await createSetupToken(database, [OLD]).current();
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(await createSetupToken(database, [OLD]).current()).toBe(token);
    expect(await createSetupToken(database, [OLD]).matches(token ?? "")).toBe(true);
  });

  it("is another one with another secret, and for another database", async () => {
    const database = await openDatabase();
    const tokens = await Promise.all([
      createSetupToken(database, [OLD]).current(),
      createSetupToken(database, [NEW]).current(),
      createSetupToken(await openDatabase(), [OLD]).current(),
    ]);
    expect(new Set(tokens).size).toBe(3);
    expect(await createSetupToken(database, [NEW]).matches(tokens[0] ?? "")).toBe(false);
  });

  it("matches at replicas that are being given a new secret", async () => {
    const database = await openDatabase();
    const before = createSetupToken(database, [OLD, NEW]);
    const after = createSetupToken(database, [NEW, OLD]);
    expect(await after.matches((await before.current()) ?? "")).toBe(true);
    expect(await before.matches((await after.current()) ?? "")).toBe(true);
  });
});
