import type { Store } from "@curfew/core";
import { describeStore, FakeClock, type OpenStore } from "@curfew/core/testing";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  createSqlStore,
  migrateStore,
  type Request,
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
 * Wraps a database so that statement number `fault.at` of the next write fails, or else the write after its last statement.
 */
function withFault(database: SqlDatabase, fault: { at: number | null }): SqlDatabase {
  return {
    ...database,
    write(unit, options) {
      const { at } = fault;
      if (at === null) return database.write(unit, options);
      fault.at = null;
      const isServer = database.dialect.name === "postgres";
      return database.write(
        () => failAt(unit(), at, { isServer, single: options?.single === true }),
        options,
      );
    },
  };
}

const FAILING: Request = { kind: "statement", statement: { sql: "SELECT injected_fault()", parameters: [] } };

function* failAt<T>(unit: Unit<T>, at: number, where: { isServer: boolean; single: boolean }): Unit<T> {
  let count = 0;
  const withFailing = (request: Request): Request => {
    if (request.kind === "several") return { ...request, requests: request.requests.map(withFailing) };
    if (request.kind !== "statement") return request;
    count += 1;
    return count === at ? FAILING : request;
  };
  // The server has then committed, so a fault can't come between the last statement and the commit.
  let isCommitted = where.isServer && where.single;
  let step = unit.next();
  while (!step.done) {
    isCommitted ||= where.isServer && step.value.kind === "several" && step.value.isLast;
    step = unit.next(yield withFailing(step.value));
  }
  if (!isCommitted && count + 1 === at) throw new Error("injected fault after the last statement");
  return step.value;
}

async function open(kind: DatabaseKind, options: SqlStoreOptions): Promise<OpenStore<HostUnit>> {
  const clock = new FakeClock();
  const fault = { at: null };
  const database = withFault(await kind.open(clock.now), fault);
  if (kind.hasTables !== true) await migrateStore(database);
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
