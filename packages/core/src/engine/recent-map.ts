/** An entry, and its neighbours in the order of use. */
interface Entry<Value> {
  readonly key: string;
  value: Value;
  older: Entry<Value> | null;
  newer: Entry<Value> | null;
}

/** A map of bounded size. Beyond it, the least recently used entry is forgotten. */
export class RecentMap<Value> {
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry<Value>>();
  #newest: Entry<Value> | null = null;
  #oldest: Entry<Value> | null = null;

  /** @param capacity the maximum number of entries, 1 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns a value and counts as a use of it. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#moveToFront(entry);
    return entry.value;
  }

  set(key: string, value: Value): void {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#moveToFront(known);
      return;
    }
    if (this.#entries.size >= this.#capacity && this.#oldest !== null) {
      this.#entries.delete(this.#oldest.key);
      this.#unlink(this.#oldest);
    }
    const entry: Entry<Value> = { key, value, older: null, newer: null };
    this.#entries.set(key, entry);
    this.#linkInFront(entry);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#unlink(entry);
  }

  #moveToFront(entry: Entry<Value>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#linkInFront(entry);
  }

  #linkInFront(entry: Entry<Value>): void {
    entry.older = this.#newest;
    entry.newer = null;
    if (this.#newest !== null) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
  }

  #unlink(entry: Entry<Value>): void {
    const { older, newer } = entry;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }
}
