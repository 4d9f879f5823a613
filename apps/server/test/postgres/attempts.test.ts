import { migrateStore, openPostgres } from "@curfew/sql";
import { afterEach, describe, expect, test, vi } from "vitest";
import { migrateService } from "../../src/database/migrations.js";
import { createSignInLimits } from "../../src/sign-in/limits/attempt-limits.js";
import { sharedDatabase } from "../harness/shared-database.js";
import { ada, checked, fail, right } from "../limits/attempts.js";
import { inSql } from "../limits/kinds.js";
import { describeOneProcess } from "../limits/one-process.js";
import { describeReplicas } from "../limits/replicas.js";

/** The address of a database, the same for the same name. */
async function addressOf(name: string): Promise<string> {
  const { DATABASE_URL: url } = await sharedDatabase(name);
  if (url === undefined) throw new Error("there is no PostgreSQL");
  return url;
}

const inPostgres = inSql("in PostgreSQL", async (now) =>
  openPostgres({ url: await addressOf("attempts"), now }),
);

describeOneProcess(inPostgres);
describeReplicas(inPostgres);

describe("limits on PostgreSQL, by the server's clock", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("hold at every replica, on a machine whose clock is an hour off too", async () => {
    const url = await addressOf("attempts by the server's clock");
    const databases = [1, 2].map(() => openPostgres({ url }));
    const limits = databases.map((database) => createSignInLimits(database, { rateLimit: true }));
    const [here, there] = limits;
    const [first] = databases;
    if (first === undefined || here === undefined || there === undefined) throw new Error("two were opened");
    await migrateStore(first);
    await migrateService(first);
    await fail(here, 10);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    for (const one of [here, there]) {
      const refused = await one.attempt(ada, right);
      if (refused.kind !== "limited") throw new Error("it was let through");
      expect(refused.retryAfterSeconds).toBeGreaterThan(0);
      expect(refused.retryAfterSeconds).toBeLessThanOrEqual(900);
    }
    vi.setSystemTime(Date.now() - 7_200_000);
    expect(await there.attempt(ada, right)).toMatchObject({ kind: "limited" });
    expect(await there.attempt({ ...ada, emailKey: "bob" }, right)).toEqual(checked("right"));
    await Promise.all(databases.map((database) => database.close()));
  });
});
