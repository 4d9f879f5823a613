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

  /** One of the references. They differ in nothing that the engine has shown. */
  get any(): Reference {
    const [first] = this.#references;
    if (first === undefined) throw new Error("there is no reference");
    return first;
  }

  /** Changes every reference. */
  change(act: (reference: Reference) => void): void {
    for (const reference of this.#references) act(reference);
  }

  /** Returns the value that all references have, or null if they differ. */
  agreed<Value>(valueIn: (reference: Reference) => Value): Value | null {
    const [first, ...others] = this.#references.map(valueIn);
    return others.every((other) => isDeepStrictEqual(other, first)) ? (first ?? null) : null;
  }

  /** The sessions of all references. */
  get sessions(): RefSession[] {
    const byName = new Map(
      this.#references.flatMap(({ sessions }) => sessions).map((one) => [one.name, one]),
    );
    return [...byName.values()];
  }

  /** Keeps the references that agree with the engine. If none does, keeps all and returns the difference. */
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

  /** Replaces each reference by two, on which two acts were performed in one order and in the other. */
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

  /** Keeps one of each group of equal references. */
  merge(): void {
    const byState = new Map(this.#references.map((reference) => [stateOf(reference), reference]));
    this.#references = [...byState.values()];
  }
}

/** Equal for two references whose state is equal. Most of their lists have no order. */
function stateOf(reference: Reference): string {
  const { accounts, gone } = reference;
  const { users, sessions, trail, endings, signOutMoments, deletions, touches } = reference;
  const unordered = [users, sessions, trail, endings, signOutMoments, deletions, touches];
  const sorted = unordered.map((items) => items.map((item) => JSON.stringify(item)).sort());
  return JSON.stringify([accounts, gone, ...sorted]);
}
