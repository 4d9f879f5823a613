import { createCurfew } from "@curfew/core";
import { createSqlStore, openPostgres, type SqlDatabase, type Unit } from "../../src/index.js";
import { createTestDatabase } from "../support/databases.js";
import { describeInterruptedDeletion, ENGINE, NOBODY } from "../support/interrupted-deletion.js";

/** Runs units up to a statement, counted over all of them. */
function interruptedAt(database: SqlDatabase, atStatement: number): SqlDatabase {
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

describeInterruptedDeletion("PostgreSQL", async () => {
  const url = await createTestDatabase();
  const open = () => openPostgres({ url });
  return {
    open,
    async interrupt({ isDeleted, atStatement }) {
      const database = open();
      const curfew = createCurfew({ ...ENGINE, store: createSqlStore(interruptedAt(database, atStatement)) });
      let isAnswered = false;
      const work = async (): Promise<void> => {
        if (!isDeleted) await curfew.accounts.delete({ accountId: "gone", actor: NOBODY });
        isAnswered = true;
        while ((await curfew.sweep()).more);
      };
      const isInterrupted = await work().then(
        () => false,
        () => true,
      );
      curfew.close();
      await database.close();
      if (!isInterrupted) throw new Error("the deletion was not interrupted");
      return isAnswered;
    },
  };
});
