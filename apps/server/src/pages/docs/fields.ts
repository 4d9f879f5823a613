import { type OpenApiDocument, type Referable, resolve, type Schema } from "./open-api.js";

/** One field of a body as the page shows it. */
export interface Field {
  /** Dotted where it lies deeper; `[]` stands for each item of a list. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

const DEEPEST = 6;

/** The fields of a schema, those of its objects below them, in the schema's order. */
export function fieldsOf(
  document: OpenApiDocument,
  referable: Referable<Schema> | undefined,
  prefix = "",
  depth = 0,
): Field[] {
  const schema = resolve(document, referable);
  if (schema === null || depth > DEEPEST) return [];
  const variants = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (variants.length > 0)
    return variants.flatMap((variant) => fieldsOf(document, variant, prefix, depth + 1));
  if (schema.items !== undefined) return fieldsOf(document, schema.items, `${prefix}[].`, depth + 1);
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const own = resolve(document, property);
    const field: Field = {
      name,
      type: typeOf(document, property),
      required: schema.required?.includes(key) ?? false,
      description: own?.description ?? "",
    };
    const isList = own?.items !== undefined;
    return [field, ...fieldsOf(document, property, isList ? name : `${name}.`, depth + 1)];
  });
}

/** A type in a few words: `whole number, 10 to 43200, or null`. */
export function typeOf(
  document: OpenApiDocument,
  referable: Referable<Schema> | undefined,
  depth = 0,
): string {
  const schema = resolve(document, referable);
  if (schema === null || depth > DEEPEST) return "anything";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined)
    return [...new Set(variants.map((variant) => typeOf(document, variant, depth + 1)))].join(" or ");
  if (schema.items !== undefined) return `list of ${plural(typeOf(document, schema.items, depth + 1))}`;
  const types = [schema.type ?? (schema.properties || schema.allOf ? "object" : "anything")].flat();
  return types
    .map((type) => (type === "null" ? "null" : `${wordFor(type, schema)}${limitsOf(schema)}`))
    .join(" or ");
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: "id",
  "date-time": "time",
  email: "e-mail address",
  uri: "URL",
};

function wordFor(type: string, schema: Schema): string {
  if (type === "integer") return "whole number";
  if (type === "boolean") return "true or false";
  if (type === "string") return FORMATS[schema.format ?? ""] ?? "text";
  return type;
}

const plural = (type: string): string => (/^(object|text|time|id)$/.test(type) ? `${type}s` : type);

function limitsOf({ minimum, maximum, minLength, maxLength }: Schema): string {
  const isSafe = maximum === undefined || maximum < Number.MAX_SAFE_INTEGER;
  return range(minimum, isSafe ? maximum : undefined, "") + range(minLength, maxLength, " characters");
}

function range(min: number | undefined, max: number | undefined, unit: string): string {
  const hasMin = min !== undefined && min > -Number.MAX_SAFE_INTEGER;
  if (hasMin && max !== undefined) return `, ${min} to ${max}${unit}`;
  if (hasMin) return `, at least ${min}${unit}`;
  return max === undefined ? "" : `, at most ${max}${unit}`;
}
