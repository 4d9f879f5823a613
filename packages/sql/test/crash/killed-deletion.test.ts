import { join } from "node:path";
import { openSqlite } from "../../src/index.js";
import { compileSql, runChild } from "../support/child-process.js";
import { describeInterruptedDeletion, type Interruptible } from "../support/interrupted-deletion.js";
import { createTempDirectory } from "../support/temp-directory.js";

/** An engine in a process that kills itself in the middle of a write. */
const killedProcess = (
  module: string,
  path: string,
  { isDeleted, atStatement }: Parameters<Interruptible["interrupt"]>[0],
): string => `
  import { createSqlStore, openSqlite } from ${JSON.stringify(module)};
  import { createCurfew } from "@curfew/core";
  import { writeSync } from "node:fs";
  let statements = 0;
  function* counted(unit) {
    let step = unit.next();
    while (!step.done) {
      const requests = step.value.kind === "several" ? step.value.requests : [step.value];
      statements += requests.filter(({ kind }) => kind === "statement").length;
      if (statements >= ${atStatement}) process.kill(process.pid, "SIGKILL");
      step = unit.next(yield step.value);
    }
    return step.value;
  }
  const database = openSqlite({ path: ${JSON.stringify(path)} });
  const write = (unit, options) => database.write(() => counted(unit()), options);
  const curfew = createCurfew({
    store: createSqlStore({ ...database, write }),
    secret: new Uint8Array(32).fill(7),
    issuer: "https://curfew.example",
    scheduler: { after: () => ({ cancel() {} }) },
  });
  const actor = { userId: null, sessionId: null, ip: null };
  if (!${isDeleted}) await curfew.accounts.delete({ accountId: "gone", actor });
  writeSync(1, "answered\\n");
  while ((await curfew.sweep()).more);
  writeSync(1, "finished\\n");`;

describeInterruptedDeletion("SQLite with kill -9", async () => {
  const directory = createTempDirectory();
  const module = await compileSql(directory);
  const path = join(directory, "curfew.db");
  return {
    open: () => openSqlite({ path }),
    async interrupt(work) {
      const child = runChild(killedProcess(module, path, work), directory);
      const lines: string[] = [];
      const read = async (): Promise<void> => {
        for (;;) lines.push(await child.line());
      };
      await read().catch(() => {});
      if (lines.includes("finished")) throw new Error("the process was not killed");
      return lines.includes("answered");
    },
  };
});
