import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { RFC_3339 } from "../expectations.js";
import type { ApiResponse } from "../send.js";
import type { JsonSchema, Operation, PublishedApi } from "./document.js";

/** Headers that an answer may only have if the document says so. */
const DOCUMENTED_HEADERS = [
  "etag",
  "location",
  "retry-after",
  "dpop-nonce",
  "www-authenticate",
  "set-cookie",
] as const;

/**
 * Compares answers with what a document says of their operation: status, media type, headers and body. An object may only have the
 * properties that its schema lists. Keywords and formats that the validator doesn't know are errors.
 *
 * @returns what is wrong with an answer; empty if it is as described
 */
export function answerChecker({
  schemas,
}: PublishedApi): (operation: Operation, answer: ApiResponse, method?: string) => string[] {
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    formats: {
      uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      "date-time": RFC_3339,
      uri: (text: string) => URL.canParse(text),
    },
    // OpenAPI's own annotation.
    keywords: ["example"],
  });
  for (const [name, schema] of Object.entries(schemas))
    ajv.addSchema(closed(schema) as object, `#/components/schemas/${name}`);
  const compiled = new Map<JsonSchema, ValidateFunction>();
  const validatorOf = (schema: JsonSchema): ValidateFunction => {
    const validate = compiled.get(schema) ?? ajv.compile(closed(schema) as object);
    compiled.set(schema, validate);
    return validate;
  };
  return (operation, { status, headers, text }, method) => {
    const documented = operation.responses[status];
    if (documented === undefined) return [`the status ${status} is not in the document`];
    const names = Object.keys(documented.headers ?? {}).map((name) => name.toLowerCase());
    const faults = DOCUMENTED_HEADERS.filter((name) => name in headers && !names.includes(name)).map(
      (name) => `the header ${name} is not in the document`,
    );
    const content = documented.content ?? {};
    const [type = ""] = String(headers["content-type"] ?? "").split(";", 1);
    if (method === "HEAD" || Object.keys(content).length === 0)
      return text === "" ? faults : [...faults, "a body"];
    const schema = content[type]?.schema;
    if (schema === undefined) return [...faults, `the media type "${type}" is not in the document`];
    const validate = validatorOf(schema);
    const body: unknown = /\bjson$/.test(type) ? JSON.parse(text) : text;
    return validate(body) ? faults : [...faults, ajv.errorsText(validate.errors, { dataVar: "body" })];
  };
}

/** A schema whose objects have no properties but the listed ones. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return "properties" in schema && !("additionalProperties" in schema)
    ? { ...inner, additionalProperties: false }
    : inner;
}
