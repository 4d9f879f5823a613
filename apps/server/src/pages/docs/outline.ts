import { type Field, fieldsOf, typeOf } from "./fields.js";
import {
  type Content,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type Referable,
  resolve,
} from "./open-api.js";

/** A document as the page shows it: calls under their tags. */
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

/** Puts a document in the order that people read it in. Pure. */
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

/** An empty alternative says that the call can do without. */
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
