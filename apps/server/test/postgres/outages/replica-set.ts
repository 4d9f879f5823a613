import { freePort } from "../../../../../scripts/network/free-port.js";
import { FaultyProxy } from "../../../../../scripts/postgres/faulty-proxy.js";
import { Replica } from "../../harness/replica.js";
import { send } from "../../harness/send.js";
import type { Settings } from "../../harness/service-process.js";
import { runSql } from "../../harness/sql-client.js";
import { until } from "../../harness/until.js";

export const ALL_REPLICAS = [0, 1, 2] as const;

export const REPLICA_SETTINGS: Settings = {
  // Longer than any fault here, so that no access token expires before its refusal has been checked.
  CURFEW_ACCESS_TOKEN_SECONDS: "30",
  // A client without a DPoP key may have to retry for as long.
  CURFEW_ROTATION_GRACE_SECONDS: "30",
  CURFEW_SESSIONS_PER_USER: "10000",
  CURFEW_LOG_LEVEL: "warn",
};

/** The time limit of one test on a busy machine; on an idle one it takes a tenth of that. */
export const TEST_TIMEOUT_MS = 150_000;

/** How long recovery from a fault may take on a busy machine. */
const RECOVERY_TIMEOUT_MS = 30_000;
/** The connections whose last query is one that the listener sends. */
const FIND_LISTENERS = `SELECT 1 FROM pg_stat_activity
  WHERE datname = current_database() AND query IN ('LISTEN curfew_feed', 'SELECT 1')`;

/** A replica with a faulty proxy before each of its two kinds of database connection. */
export interface ProxiedReplica {
  readonly index: number;
  readonly replica: Replica;
  /** Before the pooled connections that run statements. */
  readonly pool: FaultyProxy;
  /** Before the direct connection, which listens and runs migrations. */
  readonly direct: FaultyProxy;
}

const bothProxies = ({ pool, direct }: ProxiedReplica): readonly FaultyProxy[] => [pool, direct];

/** Three service processes over one PostgreSQL database, with the faults that a test can inject. */
export class ReplicaSet {
  readonly members: readonly ProxiedReplica[];
  readonly #url: string;
  readonly #pauses = new Map<number, { readonly from: number; readonly to: number }>();

  private constructor(url: string, members: readonly ProxiedReplica[]) {
    this.#url = url;
    this.members = members;
  }

  /**
   * Starts three replicas at once.
   *
   * @param url the database's URL
   * @param settings for every replica, including `CURFEW_SECRET`
   * @param settingsFor additional settings for one replica, by its index
   */
  static async start(
    url: string,
    settings: Settings,
    settingsFor: (index: number) => Settings = () => ({}),
  ): Promise<ReplicaSet> {
    const publicUrl = `http://localhost:${await freePort()}`;
    const members = await Promise.all(
      ALL_REPLICAS.map(async (index): Promise<ProxiedReplica> => {
        const pool = await FaultyProxy.before(url);
        const direct = await FaultyProxy.before(url);
        const replica = new Replica({
          ...settings,
          DATABASE_URL: pool.url,
          CURFEW_DATABASE_DIRECT_URL: direct.url,
          CURFEW_PUBLIC_URL: publicUrl,
          PORT: String(await freePort()),
          ...settingsFor(index),
        });
        return { index, replica, pool, direct };
      }),
    );
    const replicas = new ReplicaSet(url, members);
    await Promise.all(members.map(({ replica }) => replica.start()));
    return replicas;
  }

  member(index: number): ProxiedReplica {
    const member = this.members[index % this.members.length];
    if (member === undefined) throw new Error("there is no replica");
    return member;
  }

  /** Both proxies of a replica. */
  proxiesOf(index: number): readonly FaultyProxy[] {
    return bothProxies(this.member(index));
  }

  /** Suspends a process (SIGSTOP). */
  pause(index: number): void {
    this.member(index).replica.pause();
    this.#pauses.set(index, { from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  resume(index: number): void {
    const from = this.#pauses.get(index)?.from ?? Date.now();
    this.#pauses.set(index, { from, to: Date.now() });
    this.member(index).replica.resume();
  }

  /** The earliest time at which a replica can have judged a request: the end of a pause if it was sent during one. */
  earliestDecisionAt(index: number, sentAt: number): number {
    const pause = this.#pauses.get(index);
    return pause !== undefined && sentAt > pause.from && sentAt < pause.to ? pause.to : sentAt;
  }

  async isReady(index: number): Promise<boolean> {
    const response = await send(this.member(index).replica, { path: "/readyz" }).catch(() => null);
    return response?.status === 200;
  }

  /** Waits until every replica is ready and has its listening connection. */
  async untilHealthy(): Promise<void> {
    for (const { index } of this.members)
      await until(`replica ${index} to be ready`, () => this.isReady(index), RECOVERY_TIMEOUT_MS);
    await until("every replica to listen", () => this.#allListen(), RECOVERY_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ replica }) => replica.kill()));
    await Promise.all(this.members.flatMap(bothProxies).map((proxy) => proxy.close()));
  }

  async #allListen(): Promise<boolean> {
    try {
      return (await runSql(this.#url, FIND_LISTENERS)).length === this.members.length;
    } catch {
      return false;
    }
  }
}
