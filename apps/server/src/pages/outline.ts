import {
  type Content,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type Referable,
  resolve,
  type Schema,
} from "./open-api.js";

/** An OpenAPI document in the structure of the documentation page: calls grouped by tag. */
export interface Outline {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly name: string;
  readonly description: string;
  readonly calls: readonly Call[];
}

export interface Call {
  readonly anchor: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly needsToken: boolean;
  readonly parameters: readonly (Field & { readonly where: string })[];
  readonly body: Body | null;
  readonly answers: readonly (Body & { readonly status: string })[];
}

export interface Body {
  readonly description: string;
  readonly contentTypes: readonly string[];
  readonly headers: readonly string[];
  readonly fields: readonly Field[];
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** Groups the calls of a document by tag. */
export function outlineOf(document: OpenApiDocument): Outline {
  const byTag = new Map<string, Call[]>(document.tags?.map(({ name }) => [name, []]));
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (operation === undefined) continue;
      const tag = operation.tags?.[0] ?? "other";
      const calls = byTag.get(tag) ?? [];
      byTag.set(tag, calls);
      calls.push(callOf(document, method, path, operation));
    }
  return {
    title: document.info.title,
    version: document.info.version,
    description: document.info.description ?? "",
    sections: [...byTag]
      .filter(([, calls]) => calls.length > 0)
      .map(([name, calls]) => ({
        name,
        description: document.tags?.find((tag) => tag.name === name)?.description ?? "",
        calls,
      })),
  };
}

function callOf(document: OpenApiDocument, method: string, path: string, operation: Operation): Call {
  const body = resolve(document, operation.requestBody);
  return {
    anchor: operation.operationId ?? `${method}-${path.replaceAll(/[^a-z0-9]+/gi, "-")}`,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? "",
    description: operation.description ?? "",
    needsToken: needsToken(operation.security ?? document.security ?? []),
    parameters: (operation.parameters ?? []).flatMap((parameter) => parameterOf(document, parameter)),
    body: body === null ? null : bodyOf(document, body),
    answers: Object.entries(operation.responses ?? {}).map(([status, response]) => ({
      status,
      ...bodyOf(document, resolve(document, response) ?? {}),
    })),
  };
}

/** An empty alternative means that the token is optional. */
const needsToken = (security: readonly Readonly<Record<string, unknown>>[]): boolean =>
  security.length > 0 && security.every((alternative) => Object.keys(alternative).length > 0);

function parameterOf(document: OpenApiDocument, referable: Referable<Parameter>): Call["parameters"] {
  const parameter = resolve(document, referable);
  if (parameter === null) return [];
  const { name, in: where, required = false, description = "", schema } = parameter;
  return [{ name, where, required, description, type: typeOf(document, schema) }];
}

function bodyOf(document: OpenApiDocument, { description = "", content = {}, headers = {} }: Content): Body {
  const schemas = Object.values(content).map(({ schema }) => schema);
  const structured = schemas.find((schema) => fieldsOf(document, schema).length > 0);
  return {
    description,
    contentTypes: Object.keys(content),
    headers: Object.keys(headers),
    fields: fieldsOf(document, structured),
  };
}

/** A field of a body. */
export interface Field {
  /** The path of a nested field is dotted; `[]` is each item of a list. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** Schemas can contain themselves. */
const MAX_DEPTH = 6;

/** Lists the fields of a schema in order, each followed by its nested fields. */
export function fieldsOf(
  document: OpenApiDocument,
  referable: Referable<Schema> | undefined,
  prefix = "",
  depth = 0,
): Field[] {
  const schema = resolve(document, referable);
  if (schema === null || depth > MAX_DEPTH) return [];
  const variants = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (variants.length > 0)
    return variants.flatMap((variant) => fieldsOf(document, variant, prefix, depth + 1));
  if (schema.items !== undefined) return fieldsOf(document, schema.items, `${prefix}[].`, depth + 1);
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const resolved = resolve(document, property);
    const field: Field = {
      name,
      type: typeOf(document, property),
      required: schema.required?.includes(key) ?? false,
      description: resolved?.description ?? "",
    };
    const isList = resolved?.items !== undefined;
    return [field, ...fieldsOf(document, property, isList ? name : `${name}.`, depth + 1)];
  });
}

/** Describes a type in words: `whole number, 10 to 43200 or null`. */
export function typeOf(
  document: OpenApiDocument,
  referable: Referable<Schema> | undefined,
  depth = 0,
): string {
  const schema = resolve(document, referable);
  if (schema === null || depth > MAX_DEPTH) return "anything";
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
  "idn-email": "e-mail address",
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
