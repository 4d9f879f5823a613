import { z } from "zod";
import type { FaultParams } from "./faults.js";

const rangeMessage = (min: number, max: number): string =>
  max === Number.MAX_SAFE_INTEGER ? `Must be ${min} or more.` : `Must be from ${min} to ${max}.`;

/** What is wrong with a number, if anything is. */
function integerFault(value: number, min: number, max: number): (FaultParams & { message: string }) | null {
  if (!Number.isInteger(value)) return { code: "wrong_type", message: "Must be a whole number." };
  return value < min || value > max
    ? { code: "out_of_range", min, max, message: rangeMessage(min, max) }
    : null;
}

/**
 * A whole number in a body, both ends allowed; outside, the fault tells both.
 *
 * @example integer(10, 43_200)
 */
export const integer = (min: number, max: number) =>
  z
    .number()
    .check(({ value, issues }) => {
      const fault = integerFault(value, min, max);
      if (fault === null) return;
      const { message, ...params } = fault;
      issues.push({ code: "custom", input: value, message, params });
    })
    .meta({ type: "integer", minimum: min, maximum: max });

/**
 * The same, or null.
 *
 * @example integerOrNull(10, 43_200)
 */
export const integerOrNull = (min: number, max: number) =>
  integer(min, max)
    .nullable()
    .meta({ type: ["integer", "null"], minimum: min, maximum: max });

/**
 * A whole number in a query, where everything is text; absent it is `fallback`.
 *
 * @example integerInQuery(1, 200, 50)
 */
export const integerInQuery = (min: number, max: number, fallback: number) =>
  z
    .string()
    .transform((text, context) => {
      const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      const fault = integerFault(value, min, max);
      if (fault === null) return value;
      const { message, ...params } = fault;
      context.addIssue({ code: "custom", input: text, message, params });
      return z.NEVER;
    })
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: "integer", minimum: min, maximum: max, default: fallback });
