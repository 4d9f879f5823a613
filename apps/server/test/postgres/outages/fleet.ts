import pg from "pg";
import { freePort } from "../../../../../scripts/network/free-port.js";
import { FaultyProxy } from "../../../../../scripts/postgres/faulty-proxy.js";
import type { Settings } from "../../harness/process.js";
import { Replica } from "../../harness/replica.js";
import { send } from "../../harness/send.js";
import { until } from "../../harness/until.js";

/** How long whatever has broken may take to be whole again, on a busy machine too. */
const CALM_WITHIN_MS = 30_000;
/** What a connection that listens was last asked. */
const LISTENING = `SELECT 1 FROM pg_stat_activity
  WHERE datname = current_database() AND query IN ('LISTEN curfew_feed', 'SELECT 1')`;

/** One replica, behind a faulty proxy for each of its two ways to the database. */
export interface Member {
  readonly place: number;
  readonly replica: Replica;
  /** Before the connections that statements go over. */
  readonly pool: FaultyProxy;
  /** Before the connection that listens, which the schema is brought up to date by as well. */
  readonly direct: FaultyProxy;
}

const ways = ({ pool, direct }: Member): readonly FaultyProxy[] => [pool, direct];

/** Service processes over one PostgreSQL, and what a test can do to them. */
export class Fleet {
  readonly members: readonly Member[];
  readonly #url: string;
  readonly #pauses = new Map<number, { readonly from: number; readonly to: number }>();

  private constructor(url: string, members: readonly Member[]) {
    this.#url = url;
    this.members = members;
  }

  /**
   * Starts three at once.
   *
   * @param url of the database
   * @param settings of each; the secret among them
   * @param settingsOf those of one alone, by its place
   */
  static async start(
    url: string,
    settings: Settings,
    settingsOf: (place: number) => Settings = () => ({}),
  ): Promise<Fleet> {
    const publicUrl = `http://localhost:${await freePort()}`;
    const members = await Promise.all(
      [0, 1, 2].map(async (place): Promise<Member> => {
        const pool = await FaultyProxy.before(url);
        const direct = await FaultyProxy.before(url);
        const replica = new Replica({
          ...settings,
          DATABASE_URL: pool.url,
          CURFEW_DATABASE_DIRECT_URL: direct.url,
          CURFEW_PUBLIC_URL: publicUrl,
          PORT: String(await freePort()),
          ...settingsOf(place),
        });
        return { place, replica, pool, direct };
      }),
    );
    const fleet = new Fleet(url, members);
    await Promise.all(members.map(({ replica }) => replica.start()));
    return fleet;
  }

  member(place: number): Member {
    const found = this.members[place % this.members.length];
    if (found === undefined) throw new Error("there is no replica");
    return found;
  }

  /** Both ways of a replica to the database. */
  waysOf(place: number): readonly FaultyProxy[] {
    return ways(this.member(place));
  }

  /** Stops a process as it stands. */
  pause(place: number): void {
    this.member(place).replica.pause();
    this.#pauses.set(place, { from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  goOn(place: number): void {
    const from = this.#pauses.get(place)?.from ?? Date.now();
    this.#pauses.set(place, { from, to: Date.now() });
    this.member(place).replica.goOn();
  }

  /** The earliest that a replica can have judged what was sent to it at a moment: while it was stopped it did nothing. */
  judgesAfter(place: number, sentAt: number): number {
    const pause = this.#pauses.get(place);
    return pause !== undefined && sentAt > pause.from && sentAt < pause.to ? pause.to : sentAt;
  }

  async isReady(place: number): Promise<boolean> {
    const answer = await send(this.member(place).replica, { path: "/readyz" }).catch(() => null);
    return answer?.status === 200;
  }

  /** Waits until every replica is ready and listens again. */
  async untilCalm(): Promise<void> {
    for (const { place } of this.members)
      await until(`replica ${place} to be ready`, () => this.isReady(place), CALM_WITHIN_MS);
    await until("every replica to listen", () => this.#allListen(), CALM_WITHIN_MS);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ replica }) => replica.kill()));
    await Promise.all(this.members.flatMap(ways).map((proxy) => proxy.close()));
  }

  async #allListen(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.#url });
    try {
      await client.connect();
      return (await client.query(LISTENING)).rows.length === this.members.length;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
