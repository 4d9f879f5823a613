import { type Curfew, createCurfew, type OpenGoverned } from "@curfew/core";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { all, clock, createSqlStore, migrateStore, raw, run, type SqlDatabase } from "../../src/index.js";
import { outcomeOf } from "./outcomes.js";

export const NOBODY = { userId: null, sessionId: null, ip: null };
/** More than two batches of the sweep in each. */
const SESSIONS = 250;
const EVENTS = 250;
/** The tables whose rows stay for a while: the feed tells other processes of the end. */
const KEPT = new Set(["curfew_feed"]);

/** A database, and how a process is interrupted that writes to it. */
export interface Interruptible {
  open(): SqlDatabase;
  /**
   * Deletes the account `gone`, unless another process has, and sweeps, until the given statement, which does not run. Returns
   * whether the deletion was answered.
   */
  interrupt(work: { readonly isDeleted: boolean; readonly atStatement: number }): Promise<boolean>;
}

const hostSession = (accountId: string, nth: number): OpenGoverned => ({
  accountId,
  hostSessionId: `cookie ${nth}`,
  user: { id: `user-${nth % 20}`, name: "Ada", email: "ada@example.test", role: "owner" },
  startedAt: Date.now(),
});

async function recordEvents(database: SqlDatabase, accountId: string): Promise<void> {
  const queries = database.queries<Record<never, never>>();
  await database.write(function* () {
    const at = yield* clock();
    const rows = Array.from(
      { length: EVENTS },
      () => sql`(${accountId}, ${database.newId(at)}, ${at}, 'member.invited', '{}')`,
    );
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_events (account_id, id, at, type, details) VALUES ${sql.join(rows)}`,
      ),
    );
  });
}

/** All rows of an account, by table. */
export async function rowsOf(
  database: SqlDatabase,
  accountId: string,
): Promise<Readonly<Record<string, unknown[]>>> {
  const queries = database.queries<Record<never, never>>();
  const catalogue =
    database.dialect.name === "sqlite"
      ? sql<{
          name: string;
        }>`SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'account_id'
          WHERE m.type = 'table' ORDER BY m.name`
      : sql<{ name: string }>`SELECT table_name AS name FROM information_schema.columns
          WHERE column_name = 'account_id' AND table_schema = 'public' ORDER BY table_name`;
  return database.read(function* () {
    const rows: Record<string, unknown[]> = {};
    for (const { name } of yield* all(raw(queries, catalogue)))
      if (!KEPT.has(name))
        rows[name] = [
          ...(yield* all(
            raw(queries, sql`SELECT * FROM ${sql.table(name)} WHERE account_id = ${accountId} ORDER BY 1, 2`),
          )),
        ];
    rows["curfew_accounts"] = [
      ...(yield* all(raw(queries, sql`SELECT * FROM curfew_accounts WHERE id = ${accountId}`))),
    ];
    return rows;
  });
}

const countOf = (rows: Readonly<Record<string, unknown[]>>): number => Object.values(rows).flat().length;

export const ENGINE = {
  secret: new Uint8Array(32).fill(7),
  issuer: "https://curfew.example",
  // Without sweeps of its own.
  scheduler: { after: () => ({ cancel() {} }) },
};

/** Runs `work` with an engine, and closes its database: SQLite's has one process at a time. */
async function withEngine<T>(
  { open }: Interruptible,
  work: (curfew: Curfew, database: SqlDatabase) => Promise<T>,
): Promise<T> {
  const database = open();
  await migrateStore(database);
  const curfew = createCurfew({ ...ENGINE, store: createSqlStore(database) });
  try {
    await curfew.ready();
    return await work(curfew, database);
  } finally {
    curfew.close();
    await database.close();
  }
}

/** Interrupts processes that delete an account, before and after the answer. */
export function describeInterruptedDeletion(name: string, create: () => Promise<Interruptible>): void {
  test(`on ${name}, a deletion that is interrupted before its commit has done nothing, and one that was answered goes on in the next process and touches no other account`, async () => {
    const service = await create();
    const before = await withEngine(service, async (curfew, database) => {
      for (const accountId of ["gone", "kept"]) {
        const rows = Array.from({ length: SESSIONS }, (_, nth) => hostSession(accountId, nth));
        await curfew.governed.import(rows);
        await recordEvents(database, accountId);
      }
      return { gone: await rowsOf(database, "gone"), kept: await rowsOf(database, "kept") };
    });
    expect(countOf(before.gone)).toBeGreaterThan(SESSIONS + EVENTS);

    expect(await service.interrupt({ isDeleted: false, atStatement: 3 })).toBe(false);
    await withEngine(service, async (curfew, database) => {
      expect(await rowsOf(database, "gone")).toEqual(before.gone);
      expect(await outcomeOf(curfew.governed.check(hostSession("gone", 1)))).toBe("done");
    });

    let left = countOf(before.gone);
    for (const isDeleted of [false, true]) {
      expect(await service.interrupt({ isDeleted, atStatement: 22 })).toBe(true);
      await withEngine(service, async (curfew, database) => {
        const leftNow = countOf(await rowsOf(database, "gone"));
        expect(leftNow).toBeGreaterThan(0);
        expect(leftNow).toBeLessThan(left);
        left = leftNow;
        expect(await outcomeOf(curfew.governed.check(hostSession("gone", 1)))).toBe("session_revoked");
      });
    }

    await withEngine(service, async (curfew, database) => {
      while ((await curfew.sweep()).more);
      expect(countOf(await rowsOf(database, "gone"))).toBe(0);
      expect(await rowsOf(database, "kept")).toEqual(before.kept);
      expect(await outcomeOf(curfew.governed.check(hostSession("kept", 1)))).toBe("done");
      expect(await outcomeOf(curfew.governed.check(hostSession("gone", 1)))).toBe("session_revoked");
    });
  });
}
