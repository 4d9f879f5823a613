import type { Curfew } from "@curfew/core" with { "resolution-mode": "import" };

/** A CommonJS module of a host, under settings that know no `require` of an ES module. */
async function open(secret: Uint8Array): Promise<Curfew> {
  const { createCurfew } = await import("@curfew/core");
  const { createSqlStore, migrateStore } = await import("@curfew/sql");
  const { openSqlite } = await import("@curfew/sql/sqlite");
  const database = openSqlite({ path: null });
  await migrateStore(database);
  return createCurfew({ store: createSqlStore(database), secret, issuer: "https://app.example" });
}

export = open;
