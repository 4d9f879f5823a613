import { summarize } from "./summary.js";

/**
 * Alternates two measurements, A B A B …, so that other load on the machine affects both. The first round of each is a warm-up
 * and does not count. The ratio is A over B, per round.
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
