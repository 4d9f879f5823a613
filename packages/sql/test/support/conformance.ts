import type { Store } from "@curfew/core";
import { describeStore, FakeClock, type OpenStore } from "@curfew/core/testing";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { createSqlStore, migrateStore, raw, run, type SqlDatabase, type Unit } from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";

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
      // A server commits a statement that stands alone by itself: nothing can strike between the two.
      const isAlone = database.dialect.name === "postgres" && options?.single === true;
      return database.write(() => failAt(unit(), at, !isAlone), options);
    },
  };
}

function* failAt<T>(unit: Unit<T>, at: number, alsoAtItsEnd: boolean): Unit<T> {
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
  if (alsoAtItsEnd) strike();
  return step.value;
}

async function open(kind: DatabaseKind): Promise<OpenStore<Host>> {
  const clock = new FakeClock();
  const fault = { at: null };
  const database = failing(await kind.open(clock.now), fault);
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

/** Asks everything of the store over databases of this kind. */
export function describeSqlStore(kind: DatabaseKind): void {
  describeStore(
    {
      name: kind.name,
      open: () => open(kind),
      failAtStatement(opened, nth) {
        const fault = faults.get(opened.store);
        if (fault === undefined) throw new Error("not one of ours");
        fault.at = nth;
      },
    },
    { describe, test, expect },
  );
}
