import type { FeedRow } from "@curfew/core";
import type { SqlStore } from "./sessions.js";

/** Longer than any test takes. */
const SINCE_MS = 3_600_000;

/** Reads a store's feed page by page with its cursors, as the engine does. */
export class FeedReader {
  /** All rows read so far, by sequence. */
  readonly rows = new Map<number, FeedRow>();
  readonly #store: SqlStore;
  #cursor: string | null = null;

  constructor(store: SqlStore) {
    this.#store = store;
  }

  /** Reads the next page and returns its sequences, including any that were read before. */
  async read(): Promise<readonly number[]> {
    const page = await this.#store.readFeed({ cursor: this.#cursor, sinceMs: SINCE_MS });
    this.#cursor = page.cursor;
    for (const row of page.rows) this.rows.set(row.sequence, row);
    return page.rows.map((row) => row.sequence);
  }
}
