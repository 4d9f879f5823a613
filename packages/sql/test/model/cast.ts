import type { SignInSnapshot } from "@curfew/core";
import type { AccessToken, Prepared, RefreshToken } from "./words.js";

/** Who there is: Ada is two people, who share an id and nothing else. */
export const PEOPLE = [
  { account: "North", name: "Ada", role: "owner" },
  { account: "North", name: "Ben", role: "member" },
  { account: "North", name: "Cleo", role: "owner" },
  { account: "South", name: "Ada", role: "owner" },
  { account: "South", name: "Dan", role: "member" },
] as const;

export const ACCOUNTS = ["North", "South"] as const;

export const idOf = (name: string): string => `id-of-${name}`;
export const nameOf = (id: string): string => id.slice("id-of-".length);

/** The one of `things` that a number of any size names. */
export function pick<Thing>(things: readonly Thing[], which: number): Thing | null {
  return things[which % Math.max(things.length, 1)] ?? null;
}

/** As `pick`, but the number counts from the newest. */
export function pickNewest<Thing>(things: readonly Thing[], which: number): Thing | null {
  return pick(things.toReversed(), which);
}

/** What clients hold, each as the reference knows it beside what the engine gave out. */
export class Pockets {
  readonly refresh: { known: RefreshToken; given: string }[] = [];
  access: { known: AccessToken; given: string }[] = [];
  readonly prepared: { known: Prepared; given: SignInSnapshot }[] = [];
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** Gives the session `name` the id that the engine chose. */
  learn(name: string, id: string): void {
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
