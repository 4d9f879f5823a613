import type { Random } from "../random.js";
import { letters } from "./allowed-call.js";
import type { JsonSchema, Operation } from "./document.js";

/** A fault as a 422 reports it. */
export interface FieldFault {
  readonly field: string;
  readonly code: string;
  readonly min?: number;
  readonly max?: number;
}

type Body = Readonly<Record<string, unknown>>;

/** Every way to break one field of a body that the schema allows. */
export function faultyFields(
  { properties = {}, required = [] }: JsonSchema,
  body: Body,
  random: Random,
): { fields: Body; fault: FieldFault }[] {
  const unknown = random.pick(["padding", "__proto__x", "Email", "🦉", ""]);
  const faulty = [{ fields: { ...body, [unknown]: 1 }, fault: { field: unknown, code: "unknown_field" } }];
  for (const name of required) {
    const { [name]: _, ...fields } = body;
    faulty.push({ fields, fault: { field: name, code: "required" } });
  }
  for (const [field, schema] of Object.entries(properties))
    for (const { value, ...fault } of faultyValues(schema, random))
      faulty.push({ fields: { ...body, [field]: value }, fault: { field, ...fault } });
  return faulty;
}

type FaultyValue = Omit<FieldFault, "field"> & { readonly value: unknown };

function faultyValues(schema: JsonSchema, random: Random): FaultyValue[] {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return [
    ...VALUES_OF_TYPES.filter(({ type }) => !types.includes(type)).map(
      ({ values }): FaultyValue => ({ value: random.pick(values), code: "wrong_type" }),
    ),
    ...faultyNumbers(schema, types),
    ...(schema.enum === undefined
      ? faultyTexts(schema, random)
      : [{ value: "nonsense", code: "invalid_value" }]),
  ];
}

const VALUES_OF_TYPES: readonly { type: string; values: readonly unknown[] }[] = [
  { type: "null", values: [null] },
  { type: "boolean", values: [true, false] },
  { type: "string", values: ["15", "true", ""] },
  { type: "integer", values: [15, 0, -1] },
  { type: "number", values: [15.5, -0.1] },
  { type: "array", values: [[], [15]] },
  { type: "object", values: [{}, { a: 1 }] },
];

function faultyNumbers({ minimum, maximum }: JsonSchema, types: readonly string[]): FaultyValue[] {
  if (!types.includes("integer") || minimum === undefined || maximum === undefined) return [];
  const fault = { code: "out_of_range", min: minimum, max: maximum };
  return [
    { value: minimum - 1, ...fault },
    { value: maximum + 1, ...fault },
  ];
}

function faultyTexts({ format, minLength, maxLength }: JsonSchema, random: Random): FaultyValue[] {
  if (format === "idn-email")
    return [
      "nobody",
      "a@",
      "@example.com",
      "a b@example.com",
      "a@b@example.com",
      `${"x".repeat(250)}@example.com`,
    ].map((value) => ({ value, code: "invalid_email" }));
  const faulty: FaultyValue[] = [];
  if (minLength !== undefined)
    faulty.push({
      value: letters(minLength - 1, random),
      code: format === "password" ? "weak_password" : "required",
    });
  if (maxLength !== undefined)
    faulty.push({
      value: letters(maxLength + 1, random),
      code: "out_of_range",
      min: minLength ?? 0,
      max: maxLength,
    });
  return faulty;
}

/** Every way to break one parameter of a query. */
export function faultyQueries({ parameters }: Operation): { query: string; fault: FieldFault }[] {
  return parameters
    .filter((parameter) => parameter.in === "query")
    .flatMap(({ name, schema }) => [
      { query: `${name}=a&${name}=b`, fault: { field: name, code: "wrong_type" } },
      ...faultyTextsInQuery(schema).map(({ text, ...fault }) => ({
        query: `${name}=${encodeURIComponent(text)}`,
        fault: { field: name, ...fault },
      })),
    ]);
}

function faultyTextsInQuery({ type, minimum, maximum, maxLength, format, enum: listed }: JsonSchema) {
  if (type === "integer" && minimum !== undefined && maximum !== undefined)
    return [
      ...["x", "1.5", "", "1e1", " 1"].map((text) => ({ text, code: "wrong_type" })),
      ...[minimum - 1, maximum + 1, -maximum].map((number) => ({
        text: String(number),
        code: "out_of_range",
        min: minimum,
        max: maximum,
      })),
    ];
  if (listed !== undefined || format === "uuid")
    return ["x", "", "\0"].map((text) => ({ text, code: "invalid_value" }));
  if (format === "date-time")
    return ["x", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00", ""].map(
      (text) => ({ text, code: "invalid_value" }),
    );
  const unstorable = { text: "\0", code: "invalid_value" };
  if (maxLength === undefined) return [unstorable];
  return [unstorable, { text: "ж".repeat(maxLength + 1), code: "out_of_range", min: 0, max: maxLength }];
}
