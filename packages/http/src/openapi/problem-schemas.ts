import { REVOCATION_REASONS } from "@curfew/core";
import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "../problem/http-problem.js";
import { timeSchema } from "../wire/fields.js";

const faultSchema = z
  .object({
    field: z.string().meta({ description: "The field as on the wire, dotted where it lies deeper." }),
    code: z.enum([
      "required",
      "unknown_field",
      "wrong_type",
      "out_of_range",
      "idle_exceeds_absolute",
      "weak_password",
      "invalid_email",
      "invalid_value",
    ]),
    message: z.string(),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .meta({ id: "Fault" });

const ended = z.object({
  reason: z.enum(["idle", "absolute", ...REVOCATION_REASONS]),
  ended_at: timeSchema,
});

const known = new Map<string, z.ZodType>();

/** The problem of one status, with the codes that it may have there (RFC 9457). A single code has a name. */
export function problemSchema(codes: readonly ProblemCode[]): z.ZodType {
  const key = codes.join(" ");
  const schema = known.get(key) ?? makeSchema(codes);
  known.set(key, schema);
  return schema;
}

function makeSchema(codes: readonly ProblemCode[]): z.ZodType {
  const [first, ...others] = codes;
  if (first === undefined) throw new TypeError("a problem needs a code");
  const problem = z.object({
    type: z.string().meta({ description: "`urn:curfew:problem:` and the code.", format: "uri" }),
    title: z.string(),
    status: z.literal(PROBLEMS[first].status),
    detail: z.string(),
    code: z.enum(codes),
    ...(codes.includes("validation_failed") ? { errors: z.array(faultSchema) } : {}),
    ...(codes.some((code) => code.startsWith("session_")) ? ended.partial().shape : {}),
  });
  return others.length === 0 ? problem.meta({ id: nameOf(first) }) : problem;
}

/** `too_large` is `TooLargeProblem`. */
const nameOf = (code: ProblemCode): string =>
  `${code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`;
