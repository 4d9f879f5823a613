import { type Curfew, createCurfew, type Ending } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { FaultyProxy } from "../../../../scripts/postgres/faulty-proxy.js";
import { createSqlStore, migrateStore, openPostgres } from "../../src/index.js";
import { createDatabase } from "./databases.js";
import { PendingCalls } from "./pending-calls.js";

/** An engine with a faulty proxy before each of its two kinds of database connection. */
export interface ProxiedReplica {
  readonly curfew: Curfew;
  /** Before the pooled connections that run statements. */
  readonly pool: FaultyProxy;
  /** Before the direct connection, which listens. */
  readonly direct: FaultyProxy;
  /** What its listener of endings has heard. */
  readonly endings: readonly Ending[];
  close(): Promise<void>;
}

/**
 * Opens three engines on one PostgreSQL database, on a clock that the test moves: a second passes when the test says so, however
 * slow the machine is.
 */
export async function openReplicasBehindProxies() {
  const calls = new PendingCalls();
  const clock = new FakeClock(undefined, () => calls.settled());
  const { url, drop } = await createDatabase();
  const replicas = [
    await openReplica(url, clock, calls),
    await openReplica(url, clock, calls),
    await openReplica(url, clock, calls),
  ] as const;
  return {
    clock,
    replicas,
    async close(): Promise<void> {
      for (const replica of replicas) await replica.close();
      await drop();
    },
  };
}

async function openReplica(url: string, clock: FakeClock, calls: PendingCalls): Promise<ProxiedReplica> {
  const pool = await FaultyProxy.before(url);
  const direct = await FaultyProxy.before(url);
  const database = openPostgres({ url: pool.url, directUrl: direct.url, now: clock.now });
  await migrateStore(database);
  const curfew = createCurfew({
    store: calls.track(createSqlStore(database)),
    secret: new Uint8Array(32).fill(7),
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
  });
  await curfew.ready();
  const endings: Ending[] = [];
  curfew.onEnding((ending) => endings.push(ending));
  return {
    curfew,
    pool,
    direct,
    endings,
    async close() {
      curfew.close();
      await database.close();
      await pool.close();
      await direct.close();
    },
  };
}
