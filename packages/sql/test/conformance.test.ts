import type { Store } from "@curfew/core";
import { describeStore, FakeClock, type OpenStore } from "@curfew/core/testing";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  createSqlStore,
  migrateStore,
  openSqlite,
  raw,
  run,
  type SqlDatabase,
  type Unit,
} from "../src/index.js";

type Host = () => Unit<void>;

/** What makes the next write fail, by the store that it belongs to. */
const faults = new WeakMap<Store<Host>, { at: number | null }>();

/** The same database, but a write can be made to fail before its statement number `fault.at`, or at its end. */
function failing(database: SqlDatabase, fault: { at: number | null }): SqlDatabase {
  return {
    ...database,
    write(unit, options) {
      const { at } = fault;
      if (at === null) return database.write(unit, options);
      fault.at = null;
      return database.write(() => failAt(unit(), at), options);
    },
  };
}

function* failAt<T>(unit: Unit<T>, at: number): Unit<T> {
  let count = 0;
  const strike = (): void => {
    count += 1;
    if (count === at) throw new Error(`the fault at statement ${at}`);
  };
  let step = unit.next();
  while (!step.done) {
    if (step.value.kind === "statement") strike();
    step = unit.next(yield step.value);
  }
  strike();
  return step.value;
}

async function open(): Promise<OpenStore<Host>> {
  const clock = new FakeClock();
  const fault = { at: null };
  const database = failing(openSqlite({ path: null, now: clock.now }), fault);
  await migrateStore(database);
  const store = createSqlStore(database);
  faults.set(store, fault);
  const queries = database.queries<Record<never, never>>();
  return {
    store,
    clock,
    *failing() {
      yield* run(raw(queries, sql`UPDATE curfew_users SET name = 'written by the host'`));
      throw new Error("the host's own statement failed");
    },
    async close() {
      await store.close();
      await database.close();
    },
  };
}

describeStore(
  {
    name: "SQLite in memory",
    open,
    failAtStatement(opened, nth) {
      const fault = faults.get(opened.store);
      if (fault === undefined) throw new Error("not one of ours");
      fault.at = nth;
    },
  },
  { describe, test, expect },
);
