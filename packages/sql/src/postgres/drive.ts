import type { Request, Unit } from "../unit.js";

/** Runs a unit to its end, waiting for each answer. Throws what the unit or `answer` throws. */
export async function drive<T>(unit: Unit<T>, answer: (request: Request) => unknown): Promise<T> {
  let step = unit.next();
  while (!step.done) step = unit.next(await answer(step.value));
  return step.value;
}
