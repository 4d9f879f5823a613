import type { Context } from "hono";
import type { z } from "zod";
import { faultsOf } from "../fields/faults.js";
import { HttpProblem } from "../problem/http-problem.js";

/**
 * Holds a record against a schema and tells all faults at once.
 *
 * Throws `validation_failed`.
 */
export function checkFields<Schema extends z.ZodObject>(
  schema: Schema,
  input: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const result = schema.safeParse(input);
  const errors = faultsOf(result.success ? [] : result.error.issues, input);
  if (result.success && errors.length === 0) return result.data;
  throw new HttpProblem("validation_failed", { errors });
}

/** The parameters of a URL that a schema knows, as it takes them: what is given twice is a list, and no text. */
export function queryOf(c: Context, schema: z.ZodObject): Readonly<Record<string, unknown>> {
  const given = new URL(c.req.url).searchParams;
  const values = Object.keys(schema.shape).map((name) => [name, given.getAll(name)] as const);
  return Object.fromEntries(
    values.filter(([, all]) => all.length > 0).map(([name, all]) => [name, all.length === 1 ? all[0] : all]),
  );
}
