import type { NamedUsers } from "../texts/texts.js";

/** How many people are named where not all can be. */
const NAMED_OF_MANY = 2;

/**
 * Names all where all are known by name, else the first two and how many more.
 *
 * @param first the first of them, by name
 * @param total how many there are in all
 * @example peopleNamed(["Ada", "Grace", "Alan"], 14) // { names: ["Ada", "Grace"], more: 12 }
 */
export function peopleNamed(first: readonly string[], total: number): NamedUsers {
  const names = first.length >= total ? first : first.slice(0, NAMED_OF_MANY);
  return { names, more: Math.max(0, total - names.length) };
}
