import { CurfewProblem, type CurfewSession } from "@curfew/client";

/** What is known of something on the server. While it loads again, what was known stays. */
export interface ResourceState<Data> {
  readonly data: Data | undefined;
  /** Why the last attempt failed; null where it did not, or none has ended yet. */
  readonly problem: CurfewProblem | null;
  readonly loading: boolean;
}

interface Entry {
  state: ResourceState<unknown>;
  /** Counts what was asked for and what was put in, so that a late answer is known by its number. */
  version: number;
  pending: boolean;
  load: () => Promise<unknown>;
  readonly listeners: Set<() => void>;
}

const EMPTY: ResourceState<never> = { data: undefined, problem: null, loading: true };

/** What the components of one session know of the server: each thing is asked for once, however many show it. */
export class ResourceStore {
  readonly #entries = new Map<string, Entry>();
  #isOver = false;

  /** What is known under a key: the same object until something changes. */
  read<Data>(key: string): ResourceState<Data> {
    return (this.#entries.get(key)?.state ?? EMPTY) as ResourceState<Data>;
  }

  /** Watches a key, and loads it when nobody else does. Returns what stops it. */
  watch(key: string, load: () => Promise<unknown>, listener: () => void): () => void {
    const entry = this.#entry(key, load);
    const isFirst = entry.listeners.size === 0;
    entry.load = load;
    entry.listeners.add(listener);
    if (isFirst && !entry.pending) void this.#load(entry);
    return () => {
      entry.listeners.delete(listener);
      if (this.#isOver && entry.listeners.size === 0) this.#entries.delete(key);
    };
  }

  /** Loads again what somebody watches, and forgets the rest: all of it, or what `group` names (`a` names `a` and `a:b`). */
  async refresh(group?: string): Promise<void> {
    const loads: Promise<void>[] = [];
    for (const [key, entry] of this.#entries) {
      if (group !== undefined && key !== group && !key.startsWith(`${group}:`)) continue;
      if (entry.listeners.size > 0) loads.push(this.#load(entry));
      else this.#entries.delete(key);
    }
    await Promise.all(loads);
  }

  /** Puts in what another call has answered; an answer that was asked for before it is asked for again. */
  put<Data>(key: string, change: (data: Data | undefined) => Data): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const isPending = entry.pending;
    settle(entry, { data: change(entry.state.data as Data | undefined), problem: null, loading: false });
    if (isPending) void this.#load(entry);
  }

  /**
   * The person has left: what nobody watches is forgotten now, what is on the page when it leaves the page. It stays
   * that long, because a form with unsaved input stays, and its person may sign in again in place.
   */
  end(): void {
    this.#isOver = true;
    for (const [key, entry] of this.#entries) if (entry.listeners.size === 0) this.#entries.delete(key);
  }

  /** Somebody has signed in: what another person saw is forgotten, and what is on the page is asked for anew. */
  begin(isSamePerson: boolean): void {
    this.#isOver = false;
    if (isSamePerson) return void this.refresh();
    for (const entry of this.#entries.values()) settle(entry, EMPTY);
    // The host may take the page away first: what it showed may not be this person's to ask for.
    setTimeout(() => void this.refresh());
  }

  #entry(key: string, load: () => Promise<unknown>): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { state: EMPTY, version: 0, pending: false, load, listeners: new Set() };
    this.#entries.set(key, entry);
    return entry;
  }

  async #load(entry: Entry): Promise<void> {
    entry.version += 1;
    entry.pending = true;
    const { version } = entry;
    if (!entry.state.loading) show(entry, { ...entry.state, loading: true });
    try {
      const data = await entry.load();
      if (version === entry.version) settle(entry, { data, problem: null, loading: false });
    } catch (error) {
      if (!(error instanceof CurfewProblem)) throw error;
      if (version === entry.version) settle(entry, { ...entry.state, problem: error, loading: false });
    }
  }
}

/** Takes a state as the last word: whatever is still on its way counts no more. */
function settle(entry: Entry, state: ResourceState<unknown>): void {
  entry.version += 1;
  entry.pending = false;
  show(entry, state);
}

function show(entry: Entry, state: ResourceState<unknown>): void {
  entry.state = state;
  for (const listener of [...entry.listeners]) listener();
}

const stores = new WeakMap<CurfewSession, ResourceStore>();

/**
 * The store of a session, made at first use. It holds what one person saw, and what is on the page loads again when
 * somebody changes the account's policy.
 */
export function resourcesOf(session: CurfewSession): ResourceStore {
  const known = stores.get(session);
  if (known !== undefined) return known;
  const store = new ResourceStore();
  stores.set(session, store);
  const personOf = () => {
    const state = session.getState();
    return state.status === "signed_in" ? state.user.id : null;
  };
  let person = personOf();
  let lastPerson = person;
  session.subscribe(() => {
    const next = personOf();
    if (next === person) return;
    person = next;
    if (next === null) return store.end();
    store.begin(next === lastPerson);
    lastPerson = next;
  });
  session.onPolicyChange(() => void store.refresh());
  return store;
}
