import { REVOCATION_REASONS } from "@curfew/core";
import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "../problem/http-problem.js";
import type { Route } from "../route/define.js";
import { timeSchema } from "../wire/fields.js";

/** The codes that a route can answer, by status in ascending order: its own, and those of the pipeline's checks. */
export function problemsByStatus(route: Route): ReadonlyMap<number, readonly ProblemCode[]> {
  const codes = codesOf(route);
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return new Map(
    statuses.map((status) => [status, codes.filter((code) => PROBLEMS[code].status === status)]),
  );
}

function codesOf(route: Route): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>(route.errors ?? []);
  const addIf = (condition: boolean, ...added: readonly ProblemCode[]): void => {
    if (condition) for (const code of added) codes.add(code);
  };
  addIf(route.path.startsWith("/api/"), "unavailable");
  addIf(route.cookies === true, "cross_origin");
  addIf(route.rateLimit !== undefined, "rate_limited");
  addIf(route.auth !== "none", "unauthenticated", "token_expired", "session_revoked");
  addIf(route.auth === "owner", "forbidden");
  addIf(route.body !== undefined, "too_large", "unsupported_media_type", "bad_request");
  addIf(route.body !== undefined || route.query !== undefined, "validation_failed");
  addIf(route.path.includes("{"), "not_found");
  return [...codes];
}

const faultSchema = z
  .object({
    field: z.string().meta({ description: "The field's name on the wire, dotted for nested fields." }),
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

const endSchema = z.object({
  reason: z.enum(["idle", "absolute", ...REVOCATION_REASONS]),
  ended_at: timeSchema,
});

/** One schema object per list of codes, since the document may define a named schema only once. */
const schemas = new Map<string, z.ZodType>();

/** The schema of a problem (RFC 9457) with one of these codes, all of one status. With a single code it is named. */
export function problemSchema(codes: readonly ProblemCode[]): z.ZodType {
  const key = codes.join(" ");
  const schema = schemas.get(key) ?? createSchema(codes);
  schemas.set(key, schema);
  return schema;
}

function createSchema(codes: readonly ProblemCode[]): z.ZodType {
  const [first, ...others] = codes;
  if (first === undefined) throw new TypeError("a problem needs a code");
  const problem = z.object({
    type: z.string().meta({ description: "`urn:curfew:problem:` and the code.", format: "uri" }),
    title: z.string(),
    status: z.literal(PROBLEMS[first].status),
    detail: z.string(),
    code: z.enum(codes),
    ...(codes.includes("validation_failed") ? { errors: z.array(faultSchema) } : {}),
    ...(codes.some((code) => code.startsWith("session_")) ? endSchema.partial().shape : {}),
  });
  return others.length === 0 ? problem.meta({ id: schemaName(first) }) : problem;
}

/** `too_large` becomes `TooLargeProblem`. */
const schemaName = (code: ProblemCode): string =>
  `${code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`;
