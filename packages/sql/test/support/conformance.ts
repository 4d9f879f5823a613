import type { Store } from "@curfew/core";
import { describeStore, FakeClock, type OpenStore } from "@curfew/core/testing";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  createSqlStore,
  migrateStore,
  raw,
  run,
  type SqlDatabase,
  type SqlStoreOptions,
  type Unit,
} from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";

type HostUnit = () => Unit<void>;

/** The statement of the next write that fails, for each store. */
const faults = new WeakMap<Store<HostUnit>, { at: number | null }>();

/**
 * Wraps a database so that the next write fails before its statement number `fault.at`, or after its last
 * statement.
 */
function withFault(database: SqlDatabase, fault: { at: number | null }): SqlDatabase {
  return {
    ...database,
    write(unit, options) {
      const { at } = fault;
      if (at === null) return database.write(unit, options);
      fault.at = null;
      // The server commits a single statement itself, so a fault can't come between the two.
      const isAutocommit = database.dialect.name === "postgres" && options?.single === true;
      return database.write(() => failAt(unit(), at, !isAutocommit), options);
    },
  };
}

function* failAt<T>(unit: Unit<T>, at: number, failsAfterLast: boolean): Unit<T> {
  let count = 0;
  const countStep = (): void => {
    count += 1;
    if (count === at) throw new Error(`injected fault at statement ${at}`);
  };
  let step = unit.next();
  while (!step.done) {
    if (step.value.kind === "statement") countStep();
    step = unit.next(yield step.value);
  }
  if (failsAfterLast) countStep();
  return step.value;
}

async function open(kind: DatabaseKind, options: SqlStoreOptions): Promise<OpenStore<HostUnit>> {
  const clock = new FakeClock();
  const fault = { at: null };
  const database = withFault(await kind.open(clock.now), fault);
  await migrateStore(database);
  const store = createSqlStore(database, options);
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

/** Runs the store's conformance suite on databases of this kind. */
export function describeSqlStore(kind: DatabaseKind, options: SqlStoreOptions = {}): void {
  describeStore(
    {
      name: `${kind.name} ${Object.entries(options).flat().join(" ")}`.trim(),
      open: () => open(kind, options),
      failAtStatement(opened, nth) {
        const fault = faults.get(opened.store);
        if (fault === undefined) throw new Error("the store was not opened here");
        fault.at = nth;
      },
    },
    { describe, test, expect },
  );
}
