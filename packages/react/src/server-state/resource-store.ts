import { type CurfewProblem, type CurfewSession, isCurfewProblem } from "@curfew/client";
import { placedUserOf } from "../session/placed-user.js";

/** The cached state of a server resource. A reload keeps the previous data. */
export interface ResourceState<Data> {
  readonly data: Data | undefined;
  /** Why the last request failed; null if it succeeded or none has finished. */
  readonly problem: CurfewProblem | null;
  readonly loading: boolean;
}

interface Entry {
  state: ResourceState<unknown>;
  /** Identifies the newest request in flight. Responses of older requests are ignored. */
  request: symbol | null;
  load: () => Promise<unknown>;
  readonly listeners: Set<() => void>;
}

const EMPTY: ResourceState<never> = { data: undefined, problem: null, loading: true };

/** Caches the server resources that the components of one session show. Subscribers of a key share one request. */
export class ResourceStore {
  readonly #entries = new Map<string, Entry>();
  #isSignedOut = false;

  /** Returns the state of a key; the same object until it changes. */
  getState<Data>(key: string): ResourceState<Data> {
    return (this.#entries.get(key)?.state ?? EMPTY) as ResourceState<Data>;
  }

  /** Subscribes to a key, and loads it for the first subscriber. Returns the function that unsubscribes. */
  subscribe(key: string, load: () => Promise<unknown>, listener: () => void): () => void {
    const entry = this.#entry(key, load);
    const isFirst = entry.listeners.size === 0;
    entry.load = load;
    entry.listeners.add(listener);
    if (isFirst && entry.request === null) void this.#load(entry);
    return () => {
      entry.listeners.delete(listener);
      if (this.#isSignedOut && entry.listeners.size === 0) this.#entries.delete(key);
    };
  }

  /** Whether anything on the page shows a key. */
  isShown(key: string): boolean {
    return (this.#entries.get(key)?.listeners.size ?? 0) > 0;
  }

  /**
   * Reloads the keys that have subscribers and drops the others.
   *
   * @param group limits this to one group of keys: `a` matches `a` and `a:b`
   */
  async refresh(group?: string): Promise<void> {
    const loads: Promise<void>[] = [];
    for (const [key, entry] of this.#entries) {
      if (group !== undefined && key !== group && !key.startsWith(`${group}:`)) continue;
      if (entry.listeners.size > 0) loads.push(this.#load(entry));
      else this.#entries.delete(key);
    }
    await Promise.all(loads);
  }

  /**
   * Replaces the data of a known key. A request in flight may have read older data, so it is repeated. No effect after
   * sign-out: the data may be from a response that arrived late.
   */
  setData<Data>(key: string, update: (data: Data | undefined) => Data): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#isSignedOut) return;
    const isLoading = entry.request !== null;
    settle(entry, { data: update(entry.state.data as Data | undefined), problem: null, loading: false });
    if (isLoading) void this.#load(entry);
  }

  /** Drops all data, also where the page stays because a form holds unsaved input: it may be about other people. */
  handleSignOut(): void {
    this.#isSignedOut = true;
    for (const [key, entry] of this.#entries)
      if (entry.listeners.size === 0) this.#entries.delete(key);
      else settle(entry, EMPTY);
  }

  /** Loads the keys on the page, after clearing the data of a different user or account. */
  handleSignIn(isSameUser: boolean): void {
    this.#isSignedOut = false;
    if (isSameUser) return void this.refresh();
    for (const entry of this.#entries.values()) settle(entry, EMPTY);
    // The host may unmount the page first: the new user may not be allowed to read what it showed.
    setTimeout(() => void this.refresh());
  }

  #entry(key: string, load: () => Promise<unknown>): Entry {
    const existing = this.#entries.get(key);
    if (existing !== undefined) return existing;
    const entry: Entry = { state: EMPTY, request: null, load, listeners: new Set() };
    this.#entries.set(key, entry);
    return entry;
  }

  async #load(entry: Entry): Promise<void> {
    const request = Symbol("request");
    entry.request = request;
    if (!entry.state.loading) setState(entry, { ...entry.state, loading: true });
    try {
      const data = await entry.load();
      if (entry.request === request) settle(entry, { data, problem: null, loading: false });
    } catch (error) {
      if (!isCurfewProblem(error)) throw error;
      if (entry.request === request) settle(entry, { ...entry.state, problem: error, loading: false });
    }
  }
}

/** Sets the state and ignores the response of any request in flight. */
function settle(entry: Entry, state: ResourceState<unknown>): void {
  entry.request = null;
  setState(entry, state);
}

function setState(entry: Entry, state: ResourceState<unknown>): void {
  entry.state = state;
  for (const listener of [...entry.listeners]) listener();
}

const stores = new WeakMap<CurfewSession, ResourceStore>();

/**
 * Returns the store of a session, created on first use. It follows the session's user and account, and reloads when the account's
 * policy changes.
 */
export function resourceStoreOf(session: CurfewSession): ResourceStore {
  const existing = stores.get(session);
  if (existing !== undefined) return existing;
  const store = new ResourceStore();
  stores.set(session, store);
  let user = placedUserOf(session.getState());
  let lastUser = user;
  session.subscribe(() => {
    const nextUser = placedUserOf(session.getState());
    if (nextUser === user) return;
    user = nextUser;
    if (nextUser === null) return store.handleSignOut();
    store.handleSignIn(nextUser === lastUser);
    lastUser = nextUser;
  });
  session.onPolicyChange(() => void store.refresh());
  return store;
}
