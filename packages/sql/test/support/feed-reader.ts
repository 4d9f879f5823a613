import type { FeedRow } from "@curfew/core";
import type { SqlStore } from "./sessions.js";

/** Longer ago than anything in a test. */
const SINCE_MS = 3_600_000;

/** Follows the feed of a store by its cursors, as the engine does. */
export class FeedReader {
  readonly heard = new Map<number, FeedRow>();
  readonly #store: SqlStore;
  #cursor: string | null = null;

  constructor(store: SqlStore) {
    this.#store = store;
  }

  /** Reads on; answers the sequences read, those that were read before among them. */
  async read(): Promise<readonly number[]> {
    const page = await this.#store.readFeed({ cursor: this.#cursor, sinceMs: SINCE_MS });
    this.#cursor = page.cursor;
    for (const row of page.rows) this.heard.set(row.sequence, row);
    return page.rows.map((row) => row.sequence);
  }
}
