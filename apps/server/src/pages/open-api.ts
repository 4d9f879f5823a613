/** The parts of an OpenAPI 3.1 document that the documentation page reads. */
export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, PathItem>>;
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type PathItem = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Referable<Parameter>[];
  readonly requestBody?: Referable<Content>;
  readonly responses?: Readonly<Record<string, Referable<Content>>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Referable<Schema>;
}

export interface Content {
  readonly description?: string;
  readonly required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema?: Referable<Schema> }>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Referable<Schema>;
  readonly properties?: Readonly<Record<string, Referable<Schema>>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Referable<Schema>[];
  readonly oneOf?: readonly Referable<Schema>[];
  readonly allOf?: readonly Referable<Schema>[];
}

export type Referable<T> = T | { readonly $ref: string };

const MAX_HOPS = 10;

/** Follows references to their target; null if a reference has none. */
export function resolve<T extends object>(
  document: OpenApiDocument,
  value: Referable<T> | undefined,
): T | null {
  let current: unknown = value;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    if (typeof current !== "object" || current === null) return null;
    if (!("$ref" in current)) return current as T;
    const [root, section = "", name = ""] = String(current.$ref).split("/").slice(-3);
    current = root === "components" ? document.components?.[section]?.[name] : null;
  }
  return null;
}
