import { isDeepStrictEqual } from "node:util";
import type { Comparison } from "./comparisons.js";
import type { Reference } from "./reference.js";
import type { RefSession } from "./reference-types.js";

/** The reference after each order of concurrent acts that agrees with all that the engine has shown. */
export class ReferenceOrders {
  #references: readonly Reference[];

  constructor(only: Reference) {
    this.#references = [only];
  }

  /** One of them. They differ in nothing that the engine has shown. */
  get any(): Reference {
    const [first] = this.#references;
    if (first === undefined) throw new Error("there is no reference");
    return first;
  }

  /** Changes all. */
  change(act: (reference: Reference) => void): void {
    for (const reference of this.#references) act(reference);
  }

  /** Returns what all agree on, or null. */
  agreed<Value>(valueIn: (reference: Reference) => Value): Value | null {
    const [first, ...others] = this.#references.map(valueIn);
    return others.every((other) => isDeepStrictEqual(other, first)) ? (first ?? null) : null;
  }

  /** The sessions that any of them has. */
  get sessions(): RefSession[] {
    const byName = new Map(
      this.#references.flatMap(({ sessions }) => sessions).map((one) => [one.name, one]),
    );
    return [...byName.values()];
  }

  /** Keeps those of which what they say equals what the engine says. Keeps all if none does, and returns what differs. */
  async keep(
    compare: (reference: Reference) => Comparison | Promise<Comparison>,
  ): Promise<Comparison | null> {
    const equal: Reference[] = [];
    let difference: Comparison | null = null;
    for (const reference of this.#references) {
      const [expected, actual] = await compare(reference);
      if (isDeepStrictEqual(expected, actual)) equal.push(reference);
      else difference ??= [expected, actual];
    }
    if (equal.length === 0) return difference;
    this.#references = equal;
    return null;
  }

  /** Performs two acts on each, in both orders. */
  fork(first: (reference: Reference) => void, second: (reference: Reference) => void): void {
    const orders = [
      [first, second],
      [second, first],
    ] as const;
    this.#references = this.#references.flatMap((before) =>
      orders.map((acts) => {
        const after = before.copy();
        for (const act of acts) act(after);
        return after;
      }),
    );
  }

  /** Keeps one of those that say the same of all to come. */
  merge(): void {
    const byState = new Map(this.#references.map((reference) => [stateOf(reference), reference]));
    this.#references = [...byState.values()];
  }
}

/** Tells two references apart. Most of what they list has no order. */
function stateOf(reference: Reference): string {
  const { accounts, gone } = reference;
  const { users, sessions, trail, endings, signOutMoments, deletions, touches } = reference;
  const unordered = [users, sessions, trail, endings, signOutMoments, deletions, touches];
  const sorted = unordered.map((items) => items.map((item) => JSON.stringify(item)).sort());
  return JSON.stringify([accounts, gone, ...sorted]);
}
