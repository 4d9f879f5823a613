import { migrateStore, openPostgres } from "@curfew/sql";
import { afterEach, describe, expect, test, vi } from "vitest";
import { migrateService } from "../../src/database/migrations.js";
import { createSignInLimits } from "../../src/sign-in/limits/attempt-limits.js";
import { postgresSettings } from "../harness/postgres-settings.js";
import { ada, checked, failAttempts, right } from "../limits/attempts.js";
import { describeKnownPlaces } from "../limits/known-places.js";
import { describeOneProcess } from "../limits/one-process.js";
import { describeReplicas } from "../limits/replicas.js";
import { inSql } from "../limits/stores.js";

/** The URL of the database with this name. */
async function databaseUrl(name: string): Promise<string> {
  const { DATABASE_URL: url } = await postgresSettings(name);
  if (url === undefined) throw new Error("there is no PostgreSQL");
  return url;
}

const inPostgres = inSql("in PostgreSQL", async (now) =>
  openPostgres({ url: await databaseUrl("attempts"), now }),
);

describeOneProcess(inPostgres);
describeReplicas(inPostgres);
describeKnownPlaces(inPostgres);

describe("sign-in limits on PostgreSQL", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("use the database's clock: they hold at every replica, even one whose clock is hours off", async () => {
    const url = await databaseUrl("attempts by the server's clock");
    const databases = [1, 2].map(() => openPostgres({ url }));
    const limits = databases.map((database) => createSignInLimits(database, { rateLimit: true }));
    const [firstLimits, secondLimits] = limits;
    const [first] = databases;
    if (first === undefined || firstLimits === undefined || secondLimits === undefined)
      throw new Error("two databases were opened");
    await migrateStore(first);
    await migrateService(first);
    await failAttempts(firstLimits, 10);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    for (const limits of [firstLimits, secondLimits]) {
      const refused = await limits.attempt(ada, right);
      if (refused.kind !== "limited") throw new Error("the attempt was not limited");
      expect(refused.retryAfterSeconds).toBeGreaterThan(0);
      expect(refused.retryAfterSeconds).toBeLessThanOrEqual(900);
    }
    vi.setSystemTime(Date.now() - 7_200_000);
    expect(await secondLimits.attempt(ada, right)).toMatchObject({ kind: "limited" });
    expect(await secondLimits.attempt({ ...ada, addressKey: "bob" }, right)).toEqual(checked("right"));
    await Promise.all(databases.map((database) => database.close()));
  });
});
