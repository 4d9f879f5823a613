import type { SignInSnapshot } from "@curfew/core";
import type { AccessToken, Prepared, RefreshToken } from "./reference-types.js";

/** The users of the scenarios. The two users named Ada have the same id in different accounts. */
export const USERS = [
  { account: "North", name: "Ada", role: "owner" },
  { account: "North", name: "Ben", role: "member" },
  { account: "North", name: "Cleo", role: "owner" },
  { account: "South", name: "Ada", role: "owner" },
  { account: "South", name: "Dan", role: "member" },
] as const;

export const ACCOUNTS = ["North", "South"] as const;

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

/** The tokens that clients hold, each as the reference describes it and as the engine issued it. */
export class ClientState {
  readonly refresh: { expected: RefreshToken; issued: string }[] = [];
  access: { expected: AccessToken; issued: string }[] = [];
  readonly prepared: { expected: Prepared; issued: SignInSnapshot }[] = [];
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** Maps the reference's name of a session to the id that the engine chose. */
  addSession(name: string, id: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }

  idOf(session: string): string {
    return this.#ids.get(session) ?? `no-such-${session}`;
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? `unknown ${id}`;
  }

  get sessions(): string[] {
    return [...this.#ids.keys()];
  }
}
