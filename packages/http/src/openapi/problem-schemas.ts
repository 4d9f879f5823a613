import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "../problem/codes.js";
import { timeSchema } from "../wire/session-schemas.js";

export const faultSchema = z
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

const common = (codes: readonly ProblemCode[], status: number) => ({
  type: z.string().meta({ description: "`urn:curfew:problem:` and the code.", format: "uri" }),
  title: z.string(),
  status: z.literal(status),
  detail: z.string(),
  code: z.enum(codes),
});

const ended = z.object({
  reason: z.enum([
    "idle",
    "absolute",
    "signed_out",
    "revoked_by_owner",
    "revoked_by_user",
    "token_reused",
    "password_changed",
    "user_disabled",
    "session_limit",
  ]),
  ended_at: timeSchema,
});

/** The problem of one status, with the codes that it may have there (RFC 9457). */
export function problemSchema(codes: readonly ProblemCode[]) {
  const [first] = codes;
  const problem = z.object(common(codes, first === undefined ? 500 : PROBLEMS[first].status));
  if (codes.includes("validation_failed")) return problem.extend({ errors: z.array(faultSchema) });
  const endsSessions = codes.some((code) => code === "session_expired" || code === "session_revoked");
  return endsSessions ? problem.extend(ended.partial().shape) : problem;
}
