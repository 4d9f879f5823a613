import type { z } from "zod";
import type { Fault, FaultCode } from "../problem/http-problem.js";

/** What a check of ours tells with its issue. */
export interface FaultParams {
  readonly code: FaultCode;
  readonly min?: number;
  readonly max?: number;
}

/** More are left out: a body of nothing but faults must not be answered by a far larger one. */
const MOST_FAULTS = 100;
const LONGEST_FIELD_NAME = 128;

const MESSAGES = {
  required: "This field is needed.",
  unknown_field: "There is no such field here.",
  wrong_type: "This is not the right type of value.",
  out_of_range: "This is too small or too large.",
  invalid_email: "This is not an e-mail address.",
  invalid_value: "This value is not allowed here.",
} as const;

/**
 * Turns what Zod found into the wire's faults: one for each field, and each unknown field its own.
 *
 * @param issues what `safeParse` answered
 * @param input what it was given
 */
export function faultsOf(
  issues: readonly z.core.$ZodIssue[],
  input: Readonly<Record<string, unknown>>,
): Fault[] {
  const faults = new Map<string, Fault>();
  const add = (path: readonly PropertyKey[], params: FaultParams, message?: string): void => {
    const field = fieldName(path);
    if (!faults.has(field))
      faults.set(field, { field, ...params, message: message ?? defaultMessage(params) });
  };
  for (const issue of issues)
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) add([...issue.path, key], { code: "unknown_field" });
    else add(issue.path, paramsOf(issue, valueAt(input, issue.path)), ownMessage(issue));
  for (const key of Object.keys(input))
    if (isUnprintable(input[key]) && faults.get(fieldName([key]))?.code !== "unknown_field")
      faults.set(fieldName([key]), unprintable(key));
  return [...faults.values()].slice(0, MOST_FAULTS);
}

/** A NUL, or half of a surrogate pair: no text of any language, and nothing that a database keeps. */
const UNPRINTABLE = /\0|\p{Surrogate}/u;

const isUnprintable = (value: unknown): boolean => typeof value === "string" && UNPRINTABLE.test(value);

const unprintable = (key: string): Fault => ({
  field: fieldName([key]),
  code: "invalid_value",
  message: "This text holds a character that can't be kept.",
});

/** `a.b[0]`, cut where a client's own key is endless. */
const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("")
    .slice(0, LONGEST_FIELD_NAME);

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path)
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined;
  return value;
}

function paramsOf(issue: z.core.$ZodIssue, value: unknown): FaultParams {
  if (issue.code === "custom") return (issue.params as FaultParams | undefined) ?? { code: "invalid_value" };
  if (value === undefined) return { code: "required" };
  switch (issue.code) {
    case "invalid_type":
      return { code: "wrong_type" };
    case "invalid_value":
      return {
        code: issue.values.some((allowed) => typeof allowed === typeof value)
          ? "invalid_value"
          : "wrong_type",
      };
    case "too_small":
      return { code: "out_of_range", min: Number(issue.minimum) };
    case "too_big":
      return { code: "out_of_range", max: Number(issue.maximum) };
    case "invalid_format":
      return { code: issue.format === "email" ? "invalid_email" : "invalid_value" };
    default:
      return { code: "invalid_value" };
  }
}

const ownMessage = (issue: z.core.$ZodIssue): string | undefined =>
  issue.code === "custom" ? issue.message : undefined;

function defaultMessage({ code }: FaultParams): string {
  return code in MESSAGES ? MESSAGES[code as keyof typeof MESSAGES] : MESSAGES.invalid_value;
}
