import { expect } from "vitest";
import { z } from "zod";
import { HttpProblem } from "../../src/index.js";
import { checkFields } from "../../src/route/check-fields.js";

/** The code and the bounds of a fault. */
export const fault = (code: string, min?: number, max?: number) => [code, min, max];

/** Checks one field's value. Returns the parsed value or the only `fault`; `undefined` stands for an absent field. */
export function checkField(field: z.ZodType, value: unknown): unknown {
  try {
    return checkFields(z.strictObject({ field }), value === undefined ? {} : { field: value })["field"];
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const [first, ...others] = error.options.errors ?? [];
    expect(others).toEqual([]);
    return first && fault(first.code, first.min, first.max);
  }
}
