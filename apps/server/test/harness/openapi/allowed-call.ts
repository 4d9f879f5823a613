import type { Random } from "../random.js";
import type { ApiRequest } from "../send.js";
import type { Cast } from "./cast.js";
import type { JsonSchema, Operation, Parameter } from "./document.js";

const LETTERS = ["a", "Z", "9", "ß", "é", "Σ", "ж", "語", "🦉", "-", "'", "=", ";", " "];
const DOMAINS = ["example.com", "bücher.example", "xn--bcher-kva.example", "ΠΑΡΆΔΕΙΓΜΑ.example"];
const TEXT_LENGTH_MAX = 40;

/** A call that the document allows, with values of the cast where there are some. */
export interface BuiltCall {
  readonly request: ApiRequest & { readonly headers: Record<string, string> };
  readonly body: Record<string, unknown> | null;
}

/**
 * Builds a call that the document allows.
 *
 * @param token the access token that it carries if the operation needs one
 */
export function allowedCall(operation: Operation, cast: Cast, random: Random, token: string): BuiltCall {
  const of = (place: Parameter["in"]): Parameter[] =>
    operation.parameters.filter((parameter) => parameter.in === place);
  const path = of("path").reduce(
    (filled, { name }) => filled.replace(`{${name}}`, idFor(operation.path, cast, random)),
    operation.path,
  );
  const query = of("query").filter(() => random.chance(0.4));
  const headers: Record<string, string> = {};
  if (operation.needsToken) headers["authorization"] = `Bearer ${token}`;
  for (const { name } of of("header").filter(() => random.chance(0.4)))
    headers[name.toLowerCase()] = headerValue(name, operation, cast, random);
  const body =
    operation.body === null ? null : (allowedValue(operation.body, random, cast) as BuiltCall["body"]);
  const search = new URLSearchParams(
    query.map((parameter): [string, string] => [parameter.name, queryText(parameter, cast, random)]),
  );
  return {
    request: {
      method: operation.method,
      path: query.length === 0 ? path : `${path}?${search}`,
      headers,
      ...(body === null || (Object.keys(body).length === 0 && random.chance(0.5)) ? {} : { json: body }),
    },
    body,
  };
}

function queryText({ name, schema }: Parameter, cast: Cast, random: Random): string {
  if (name === "user_id") return idFor("users", cast, random);
  return String(cast.knownValue(name, random) ?? allowedValue(schema, random));
}

/** An id that exists, that belongs to another account, or that nothing has, in any case. */
function idFor(path: string, cast: Cast, random: Random): string {
  const id = cast.id(path.includes("sessions/{") ? "session" : "user", random);
  return random.chance(0.2) ? id.toUpperCase() : id;
}

function headerValue(name: string, { method, path }: Operation, cast: Cast, random: Random): string {
  switch (name) {
    case "DPoP":
      return random.chance(0.7) ? cast.proof(method, path) : "e30.e30.e30";
    case "If-Match":
      return random.pick(['"1"', 'W/"1"', '"2-gzip"', "*", '"1", "2"', "nonsense"]);
    case "Accept":
      return random.pick(["application/json", "text/csv", "*/*", "text/csv;q=0.5, application/json"]);
    default:
      throw new Error(`there is no value for the header ${name}`);
  }
}

/** A value that a schema allows; properties have values of the cast where it knows some. */
function allowedValue(schema: JsonSchema, random: Random, cast?: Cast): unknown {
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  switch (random.pick(types)) {
    case "null":
      return null;
    case "boolean":
      return random.chance(0.5);
    case "integer":
      return integerOf(schema, random);
    case "string":
      return textOf(schema, random);
    case "object":
      return objectOf(schema, random, cast);
    default:
      throw new Error(`there is no value for ${JSON.stringify(schema)}`);
  }
}

function integerOf({ minimum = 0, maximum = minimum + 1_000 }: JsonSchema, random: Random): number {
  return random.pick([minimum, maximum, minimum + random.below(Math.min(maximum - minimum, 2 ** 31) + 1)]);
}

function objectOf({ properties = {}, required = [] }: JsonSchema, random: Random, cast?: Cast) {
  const entries = Object.entries(properties)
    .filter(([name]) => required.includes(name) || random.chance(0.5))
    .map(([name, field]) => [name, cast?.knownValue(name, random) ?? allowedValue(field, random)]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** JSON Schema counts code points. */
export const letters = (count: number, random: Random): string =>
  Array.from({ length: count }, (_, index) =>
    // Neither blank at its ends, which are trimmed, nor made of marks alone.
    index === 0 || index === count - 1 ? "x" : random.pick(LETTERS),
  ).join("");

function textOf({ format, minLength = 0, maxLength = TEXT_LENGTH_MAX }: JsonSchema, random: Random): string {
  switch (format) {
    case "idn-email":
      return `person.${random.below(2 ** 31)}@${random.pick(DOMAINS)}`;
    case "uuid":
      return "01890000-0000-7000-8000-000000000000";
    case "date-time":
      return random.pick([
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.123456+05:30",
        "1970-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59Z",
        "2024-02-29t12:00:00z",
      ]);
    case undefined:
    case "password":
      return letters(
        random.pick([minLength, maxLength, minLength + random.below(maxLength - minLength + 1)]),
        random,
      );
    default:
      throw new Error(`there is no text of the format ${format}`);
  }
}
