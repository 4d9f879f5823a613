import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connectionConfig } from "./connection-config.js";
import { loadPg } from "./driver.js";
import { parsePostgresUrl } from "./postgres-url.js";

/** A server that does not answer for so long has the next one asked beside it (RFC 8305 §5). */
const STAGGER_MS = 250;
const PROBE_TIMEOUT_MS = 2000;

const READ_STATE =
  "SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') = 'on' AS readonly";

/** The servers of a URL, and which of them was the primary last. */
export class Servers {
  readonly #urls: readonly [string, ...string[]];
  readonly #mustBeWritable: boolean;
  #current: string | null;
  #search: Promise<string> | null = null;

  /** @throws TypeError if the URL is invalid */
  constructor(url: string) {
    const parsed = parsePostgresUrl(url);
    if (!parsed.ok) throw new TypeError(`url: ${parsed.message}`);
    const { urls, mustBeWritable } = parsed.servers;
    this.#urls = urls;
    this.#mustBeWritable = mustBeWritable;
    this.#current = urls.length === 1 ? urls[0] : null;
  }

  get areSeveral(): boolean {
    return this.#urls.length > 1;
  }

  /** The URL for a new connection. */
  get next(): string {
    return this.#current ?? this.#urls[0];
  }

  /** Makes the next `find` search, if this is still the server that it would return. */
  distrust(url: string): void {
    if (this.areSeveral && this.#current === url) this.#current = null;
  }

  /**
   * Returns the URL of the primary: the one of before, else the first in the list that answers. Concurrent calls share a search.
   *
   * @throws an error that says of each server why not
   */
  async find(): Promise<string> {
    if (this.#current !== null) return this.#current;
    this.#search ??= this.#race().finally(() => {
      this.#search = null;
    });
    this.#current = await this.#search;
    return this.#current;
  }

  /** Throws if a new connection is to a server that can't serve. */
  async requirePrimary(client: pg.ClientBase): Promise<void> {
    const { rows } = await client.query<{ standby: boolean; readonly: boolean }>({
      text: READ_STATE,
      query_timeout: PROBE_TIMEOUT_MS,
    } as pg.QueryConfig);
    if (rows[0]?.standby !== false) throw new Error("the server is a standby");
    if (this.#mustBeWritable && rows[0].readonly) throw new Error("the server is read-only");
  }

  async #race(): Promise<string> {
    const decided = new AbortController();
    const probes: Promise<string>[] = [];
    try {
      for (const url of this.#urls) {
        const probe = this.#probe(url, decided.signal);
        probes.push(probe);
        const failed = probe.then(
          () => true,
          () => false,
        );
        const won = Promise.any(probes).then(
          () => true,
          () => false,
        );
        const isDecided = await Promise.race([failed, won, sleep(STAGGER_MS, false, { ref: false })]);
        if (isDecided) break;
      }
      return await Promise.any(probes);
    } catch (error) {
      throw this.#noneOf(error instanceof AggregateError ? error.errors : [error]);
    } finally {
      decided.abort();
    }
  }

  async #probe(url: string, decided: AbortSignal): Promise<string> {
    const client = new (loadPg().Client)({
      ...connectionConfig(url, true),
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    });
    client.on("error", () => {});
    const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
    const cut = (): unknown => stream.destroy();
    decided.addEventListener("abort", cut);
    try {
      await client.connect();
      await this.requirePrimary(client);
      return url;
    } finally {
      decided.removeEventListener("abort", cut);
      client.end().catch(() => {});
    }
  }

  #noneOf(errors: readonly unknown[]): Error {
    const reasons = errors.map((error, nth) => {
      const { host } = new URL(this.#urls[nth] ?? this.#urls[0]);
      return `${host}: ${error instanceof Error ? error.message : String(error)}`;
    });
    return new Error(`no server is a primary that answers (${reasons.join("; ")})`);
  }
}
