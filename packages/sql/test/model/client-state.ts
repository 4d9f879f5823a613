import type { SignInSnapshot } from "@curfew/core";
import { governedIdOf } from "./reference-governed.js";
import type { ReferenceState } from "./reference-state.js";
import type { AccessToken, Prepared, RefreshToken } from "./reference-types.js";

/** The users of the scenarios. The two users named Ada have the same id in different accounts. */
export const USERS = [
  { account: "North", name: "Ada", role: "owner" },
  { account: "North", name: "Ben", role: "member" },
  { account: "North", name: "Cleo", role: "owner" },
  { account: "South", name: "Ada", role: "owner" },
  { account: "South", name: "Dan", role: "member" },
  { account: "South", name: "Eve", role: "member" },
] as const;

export const ACCOUNTS = ["North", "South"] as const;

/** The sessions that hosts issued. Each can be governed in both accounts. */
export const HOST_SESSIONS = ["h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"] as const;

export const governedName = (account: string, hostSession: string): string => `${account}/${hostSession}`;

/** The last part has more bytes than characters. */
export const hostIdOf = (hostSession: string): string => `id-of-${hostSession}-é`;

export const idOf = (name: string): string => `id-of-${name}`;
export const nameOf = (id: string): string => id.slice("id-of-".length);

/** Returns the item at `index` modulo the length, so that any number selects an item. */
export function pick<Item>(items: readonly Item[], index: number): Item | null {
  return items[index % Math.max(items.length, 1)] ?? null;
}

/** Returns the item at `index` as `pick` does, counted from the newest. */
export function pickNewest<Item>(items: readonly Item[], index: number): Item | null {
  return pick(items.toReversed(), index);
}

/** A session of which nobody was told the id. */
export const UNNAMED = "unnamed";

/** The tokens that clients hold, each as the reference describes it and as the engine issued it. */
export class ClientState {
  refresh: { expected: RefreshToken; issued: string }[] = [];
  access: { expected: AccessToken; issued: string }[] = [];
  readonly prepared: { expected: Prepared; issued: SignInSnapshot }[] = [];
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor() {
    for (const account of ACCOUNTS)
      for (const host of HOST_SESSIONS)
        this.addSession(governedName(account, host), governedIdOf(idOf(account), hostIdOf(host)));
  }

  /** Forgets the tokens of sessions that are not there any more. */
  forgetTokens(isThere: (session: string) => boolean): void {
    this.refresh = this.refresh.filter(({ expected }) => isThere(expected.session));
    this.access = this.access.filter(({ expected }) => isThere(expected.session));
  }

  /** Maps the reference's name of a session to the id that the engine chose. */
  addSession(name: string, id: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }

  idOf(session: string): string {
    return this.#ids.get(session) ?? `no-such-${session}`;
  }

  has(session: string): boolean {
    return this.#ids.has(session);
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? UNNAMED;
  }

  /** The sessions that the reference has, but for those that were over at once and of which nobody was told the id. */
  sessionsIn(reference: ReferenceState): string[] {
    return reference.sessions.map(({ name }) => name).filter((name) => this.#ids.has(name));
  }
}
