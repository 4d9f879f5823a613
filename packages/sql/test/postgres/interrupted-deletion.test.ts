import { createCurfew } from "@curfew/core";
import { createSqlStore, openPostgres } from "../../src/index.js";
import { createTestDatabase } from "../support/databases.js";
import { describeInterruptedDeletion, ENGINE, NOBODY } from "../support/interrupted-deletion.js";
import { describeInterruptedErasure, interruptedAt } from "../support/interrupted-erasure.js";

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

describeInterruptedErasure("PostgreSQL", async () => openPostgres({ url: await createTestDatabase() }));
