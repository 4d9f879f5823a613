import type { z } from "zod";
import { type Fault, HttpProblem } from "../problem/http-problem.js";
import type { FaultParams } from "../wire/fields.js";
import { isUnstorable } from "../wire/ids.js";

/** Further faults are dropped, so that a body of many faults does not cause a much larger answer. */
const FAULTS_MAX = 100;
const FIELD_NAME_LENGTH_MAX = 128;

const MESSAGES: Readonly<Partial<Record<Fault["code"], string>>> = {
  required: "This field is required.",
  unknown_field: "This field is unknown.",
  wrong_type: "The value has the wrong type.",
  out_of_range: "The value is too small or too large.",
  invalid_email: "This is not an e-mail address.",
};
const DEFAULT_MESSAGE = "The value is not allowed.";

/**
 * Validates a body or a query against its schema, and reports all faults at once.
 *
 * @throws `validation_failed`
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

/** Converts Zod's issues to the wire's faults: the first one of each field, and one for each unknown field. */
function faultsOf(issues: readonly z.core.$ZodIssue[], input: Readonly<Record<string, unknown>>): Fault[] {
  const faults = new Map<string, Fault>();
  const add = (path: readonly PropertyKey[], params: FaultParams, message?: string): void => {
    const field = fieldName(path);
    if (!faults.has(field))
      faults.set(field, { field, ...params, message: message ?? MESSAGES[params.code] ?? DEFAULT_MESSAGE });
  };
  for (const issue of issues)
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) add([...issue.path, key], { code: "unknown_field" });
    else
      add(
        issue.path,
        paramsOf(issue, valueAt(input, issue.path)),
        issue.code === "custom" ? issue.message : undefined,
      );
  for (const key of Object.keys(input))
    if (isUnstorable(input[key]) && faults.get(fieldName([key]))?.code !== "unknown_field")
      faults.set(fieldName([key]), unstorableFault(key));
  return [...faults.values()].slice(0, FAULTS_MAX);
}

const unstorableFault = (key: string): Fault => ({
  field: fieldName([key]),
  code: "invalid_value",
  message: "The text contains a character that can't be stored.",
});

/** Formats a path as `a.b[0]`. It is cut, since a client chooses the names of unknown fields. */
const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("")
    .slice(0, FIELD_NAME_LENGTH_MAX);

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
