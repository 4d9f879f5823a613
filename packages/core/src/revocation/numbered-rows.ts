import type { FeedRow } from "./feed.js";

/** One row of the feed, in the order in which rows of its kind replace each other. */
export interface NumberedRow<Row extends FeedRow> {
  readonly row: Row;
  /** The epoch or version that the row names. Rows with higher numbers were written later. */
  readonly number: number;
  /** The only session that the row does not cover. */
  readonly spares: string | null;
}

/** Rows in a row that spare the same session, in the order of their numbers. */
interface Run<Row extends FeedRow> {
  readonly spares: string | null;
  readonly rows: NumberedRow<Row>[];
}

/**
 * The rows of one kind about one subject. A look-up takes a binary search, also where thousands of rows spare the session
 * that asks: rows that spare the same session are skipped together.
 */
export class NumberedRows<Row extends FeedRow> {
  #runs: Run<Row>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(added: NumberedRow<Row>): void {
    this.#size += 1;
    const last = this.#runs.at(-1)?.rows.at(-1);
    if (last === undefined || last.number <= added.number) appendTo(this.#runs, added);
    else this.#regroup([...this.#inOrder(), added]);
  }

  /** Removes a row, nearly always the one with the lowest number. */
  remove(row: Row): void {
    const first = this.#runs[0];
    if (first?.rows[0]?.row === row) {
      first.rows.shift();
      if (first.rows.length === 0) this.#runs.shift();
      this.#size -= 1;
      return;
    }
    this.#regroup(this.#inOrder().filter((other) => other.row !== row));
  }

  /** Returns the row with the lowest number, or null without rows. */
  lowest(): NumberedRow<Row> | null {
    return this.#runs[0]?.rows[0] ?? null;
  }

  /** Returns the first row with a higher number that does not spare the session, or null if there is none. */
  firstCovering(number: number, sessionId: string): Row | null {
    const at = firstIndex(this.#runs, ({ rows }) => (rows.at(-1)?.number ?? number) > number);
    const run = this.#runs[at];
    if (run === undefined) return null;
    // The next run spares another session, so its first row covers this one.
    if (run.spares !== null && run.spares === sessionId) return this.#runs[at + 1]?.rows[0]?.row ?? null;
    return run.rows[firstIndex(run.rows, (row) => row.number > number)]?.row ?? null;
  }

  #inOrder(): NumberedRow<Row>[] {
    return this.#runs.flatMap(({ rows }) => rows);
  }

  #regroup(rows: NumberedRow<Row>[]): void {
    this.#runs = [];
    this.#size = rows.length;
    for (const row of rows.sort((a, b) => a.number - b.number)) appendTo(this.#runs, row);
  }
}

function appendTo<Row extends FeedRow>(runs: Run<Row>[], row: NumberedRow<Row>): void {
  const last = runs.at(-1);
  if (last !== undefined && last.spares === row.spares) last.rows.push(row);
  else runs.push({ spares: row.spares, rows: [row] });
}

/** Returns the index of the first item that matches, in a list whose later items all match too. */
function firstIndex<Item>(items: readonly Item[], matches: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && matches(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
