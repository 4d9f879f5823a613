import { createCurfew } from "@curfew/core";
import { expect, test } from "vitest";
import { createSqlStore, migrateStore, type SqlDatabase, type Unit } from "../../src/index.js";
import { ENGINE, NOBODY, rowsOf } from "./interrupted-deletion.js";

/** Runs units up to a statement, counted over all of them. */
export function interruptedAt(database: SqlDatabase, atStatement: number): SqlDatabase {
  let statements = 0;
  function* counted<T>(unit: Unit<T>): Unit<T> {
    let step = unit.next();
    while (!step.done) {
      const requests = step.value.kind === "several" ? step.value.requests : [step.value];
      statements += requests.filter(({ kind }) => kind === "statement").length;
      if (statements >= atStatement) throw new Error("interrupted");
      step = unit.next(yield step.value);
    }
    return step.value;
  }
  return { ...database, write: (unit, options) => database.write(() => counted(unit()), options) };
}

/** More than a batch runs. */
const MAX_STATEMENTS = 100;
const SWEEP = { batch: 10, endedRetentionMs: 1e9, feedRetentionMs: 1e9, auditRetentionMs: 1e9 };
const PEOPLE = ["ada", "ben"];

/** Interrupts batches that take a deleted user out of sessions and events. */
export function describeInterruptedErasure(name: string, open: () => Promise<SqlDatabase>): void {
  test(`on ${name}, a batch that takes a deleted user out of rows does so in all of them or in none, wherever it is interrupted`, async () => {
    const database = await open();
    await migrateStore(database);
    const curfew = createCurfew({ ...ENGINE, store: createSqlStore(database) });
    try {
      for (const id of PEOPLE) {
        const user = { id, name: id, email: `${id}@example.test`, role: "owner" } as const;
        const device = { label: null, userAgent: `browser of ${id}`, ip: null };
        const session = { accountId: "acme", hostSessionId: `cookie of ${id}`, startedAt: Date.now() };
        await curfew.governed.open({ ...session, user, device });
      }
      await curfew.users.delete({ accountId: "acme", userId: "ada", actor: NOBODY });
      const rows = async () => JSON.stringify(await rowsOf(database, "acme"));
      const before = await rows();
      expect(before).toContain("browser of ada");

      /** What the rows are after an interruption at the first statement, the second, and so on. */
      const seen: string[] = [];
      const isInterrupted = (): Promise<boolean> =>
        createSqlStore(interruptedAt(database, seen.length + 1))
          .sweep(SWEEP)
          .then(
            () => false,
            () => true,
          );
      while (seen.length < MAX_STATEMENTS && (await isInterrupted())) seen.push(await rows());
      const untouched = seen.filter((left) => left === before).length;
      expect(untouched).toBeGreaterThan(5);
      for (const left of [...seen.slice(untouched), await rows()]) {
        expect(left).not.toMatch(/\bada\b/);
        expect(left).toContain("browser of ben");
      }
    } finally {
      curfew.close();
      await database.close();
    }
  });
}
