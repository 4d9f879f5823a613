/** An entry, its neighbours in the order of use, and the next one of the same key. */
interface Entry<Value> {
  readonly key: string;
  readonly part: string;
  value: Value;
  older: Entry<Value> | null;
  newer: Entry<Value> | null;
  sibling: Entry<Value> | null;
}

/**
 * A map of bounded size. Beyond it, the least recently used entry is forgotten.
 *
 * A key may have a second part, by which few entries of the same key differ. Joining both to one string would make a look-up cost
 * ten times as much.
 */
export class RecentMap<Value> {
  readonly #capacity: number;
  /** The newest entry of each key. */
  readonly #entries = new Map<string, Entry<Value>>();
  #size = 0;
  #newest: Entry<Value> | null = null;
  #oldest: Entry<Value> | null = null;

  /** @param capacity the maximum number of entries, 1 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns a value and counts as a use of it. */
  get(key: string, part = ""): Value | undefined {
    const entry = this.#find(key, part);
    if (entry === null) return undefined;
    this.#moveToFront(entry);
    return entry.value;
  }

  set(key: string, value: Value, part = ""): void {
    const known = this.#find(key, part);
    if (known !== null) {
      known.value = value;
      this.#moveToFront(known);
      return;
    }
    if (this.#size >= this.#capacity && this.#oldest !== null) this.#remove(this.#oldest);
    const sibling = this.#entries.get(key) ?? null;
    const entry = { key: sibling?.key ?? copyOf(key), part, value, older: null, newer: null, sibling };
    this.#entries.set(entry.key, entry);
    this.#size += 1;
    this.#linkInFront(entry);
  }

  delete(key: string, part = ""): void {
    const entry = this.#find(key, part);
    if (entry !== null) this.#remove(entry);
  }

  #find(key: string, part: string): Entry<Value> | null {
    let entry = this.#entries.get(key) ?? null;
    while (entry !== null && entry.part !== part) entry = entry.sibling;
    return entry;
  }

  #remove(entry: Entry<Value>): void {
    const { key, sibling } = entry;
    let before = this.#entries.get(key) ?? null;
    if (before === entry) {
      if (sibling === null) this.#entries.delete(key);
      else this.#entries.set(key, sibling);
    } else {
      while (before !== null && before.sibling !== entry) before = before.sibling;
      if (before !== null) before.sibling = sibling;
    }
    this.#size -= 1;
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

/** A string cut out of a longer one, such as a cookie out of its header, keeps all of that in memory. A copy does not. */
const copyOf = (key: string): string => structuredClone(key);
