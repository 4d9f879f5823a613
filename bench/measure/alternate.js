import { summarize } from "./summary.js";

/**
 * Measures two things in turn, A B A B …, so that what the machine does meanwhile hits both. A first round of each warms
 * up and is not counted. The ratio is A's over B's, round by round.
 *
 * @param {number} rounds
 * @param {() => Promise<number>} measureA
 * @param {() => Promise<number>} measureB
 */
export async function alternate(rounds, measureA, measureB) {
  await measureA();
  await measureB();
  /** @type {number[]} */
  const a = [];
  /** @type {number[]} */
  const b = [];
  for (let round = 0; round < rounds; round++) {
    a.push(await measureA());
    b.push(await measureB());
  }
  return {
    a: summarize(a),
    b: summarize(b),
    ratio: summarize(a.map((value, round) => value / (b[round] ?? Number.NaN))),
  };
}
