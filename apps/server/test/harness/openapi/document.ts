import { send } from "../send.js";

/** The parts of a JSON Schema that the generators of calls read. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Keywords of a schema of input that the generators follow, or that allow and forbid nothing. */
const INPUT_KEYWORDS: ReadonlySet<string> = new Set([
  "$ref",
  "type",
  "enum",
  "format",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "properties",
  "required",
  "additionalProperties",
  "default",
  "description",
]);

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: JsonSchema;
}

export interface DocumentedResponse {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** An operation of the document. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The methods that the document has for this path. */
  readonly methods: readonly string[];
  readonly needsToken: boolean;
  readonly parameters: readonly Parameter[];
  /** References are resolved. */
  readonly body: JsonSchema | null;
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

export interface PublishedApi {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/**
 * Reads the document that a service publishes.
 *
 * @throws Error for a keyword in a schema of input that the generators don't know
 */
export async function readPublishedApi(service: { host: string; port: number }): Promise<PublishedApi> {
  const { paths, components } = (await send(service, { path: "/openapi.json" })).json<RawDocument>();
  const { schemas } = components;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]): Operation => {
      const { operationId, security, parameters = [], requestBody, responses } = raw;
      const body = requestBody?.content["application/json"]?.schema;
      return {
        name: operationId,
        method: method.toUpperCase(),
        path,
        methods: Object.keys(methods).map((name) => name.toUpperCase()),
        needsToken: security.some((alternative) => "accessToken" in alternative),
        parameters: parameters.map((parameter) => ({
          ...parameter,
          schema: resolved(parameter.schema, schemas),
        })),
        body: body === undefined ? null : resolved(body, schemas),
        responses,
      };
    }),
  );
  return { operations, schemas };
}

function resolved(schema: JsonSchema, schemas: PublishedApi["schemas"]): JsonSchema {
  const target = schema.$ref === undefined ? schema : schemas[schema.$ref.split("/").at(-1) ?? ""];
  if (target === undefined) throw new Error(`no schema has the name ${schema.$ref}`);
  const unknown = Object.keys(target).find((keyword) => !INPUT_KEYWORDS.has(keyword));
  if (unknown !== undefined) throw new Error(`the generators don't know the keyword ${unknown}`);
  const { properties } = target;
  if (properties === undefined) return target;
  const fields = Object.entries(properties).map(([name, field]) => [name, resolved(field, schemas)]);
  return { ...target, properties: Object.fromEntries(fields) as Record<string, JsonSchema> };
}

/** The problem codes that the document has for a status of an operation. */
export function codesOf(operation: Operation, status: number, { schemas }: PublishedApi): readonly unknown[] {
  const schema = operation.responses[status]?.content?.["application/problem+json"]?.schema;
  if (schema === undefined) return [];
  const { $ref } = schema;
  const target = $ref === undefined ? schema : schemas[$ref.split("/").at(-1) ?? ""];
  return target?.properties?.["code"]?.enum ?? [];
}
