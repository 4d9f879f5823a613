import { OpenAPIRegistry, OpenApiGeneratorV31 } from "@asteasolutions/zod-to-openapi";
import type { z } from "zod";
import type { RequestHeaderName, ResponseHeaderName, Route, Schema } from "../route/define.js";
import { idShape } from "../wire/fields.js";
import { type ReadId, readUuid } from "../wire/ids.js";
import { problemSchema, problemsByStatus } from "./problems.js";

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** The API's public origin. */
  readonly publicUrl: string;
  /** The refresh cookie's name. */
  readonly cookieName: string;
  /** Reads the ids of users. */
  readonly readUserId: ReadId;
}

type PathConfig = Parameters<OpenAPIRegistry["registerPath"]>[0];
type ResponseConfig = PathConfig["responses"][string];

/** Generates the OpenAPI 3.1 document of a table of routes. */
export function generateDocument(routes: readonly Route[], info: DocumentInfo) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "accessToken", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token from a sign-in or a refresh.",
  });
  registry.registerComponent("securitySchemes", "refreshCookie", {
    type: "apiKey",
    in: "cookie",
    name: info.cookieName,
    description: "The refresh token of a browser. Scripts can't read it.",
  });
  for (const route of routes) registry.registerPath(pathConfig(route, info));
  const { title, version, description } = info;
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: { title, version, ...(description === undefined ? {} : { description }) },
    servers: [{ url: new URL(info.publicUrl).origin }],
    tags: [...new Set(routes.flatMap((route) => route.tags))].map((name) => ({ name })),
  });
}

function pathConfig(route: Route, { readUserId }: Pick<DocumentInfo, "readUserId">): PathConfig {
  const pathIds = idShape(route.pathIds === "user" ? readUserId : readUuid);
  return {
    method: route.method.toLowerCase() as PathConfig["method"],
    path: route.path,
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [...route.tags],
    security: securityOf(route),
    parameters: [...pathParameters(route.path, pathIds), ...headerParameters(route.requestHeaders ?? [])],
    request: {
      ...(route.query === undefined ? {} : { query: zodOf(route.query) as z.ZodObject }),
      ...(route.body === undefined ? {} : { body: bodyConfig(zodOf(route.body) as z.ZodObject) }),
    },
    responses: { ...successResponses(route), ...problemResponses(route) },
  };
}

/** OpenAPI expresses an optional cookie as the empty alternative `{}`. */
function securityOf(route: Route): NonNullable<PathConfig["security"]> {
  if (route.auth !== "none") return [{ accessToken: [] }];
  return route.cookies === true ? [{ refreshCookie: [] }, {}] : [];
}

/** `Schema` is what a route's types need of it. */
const zodOf = (schema: Schema): z.ZodType => schema as z.ZodType;

/** An absent body counts as `{}`, so the body is required only if one of its fields is. */
const bodyConfig = (schema: z.ZodObject) => ({
  required: !schema.safeParse({}).success,
  content: { "application/json": { schema } },
});

const pathParameters = (path: string, schema: ReturnType<typeof idShape>) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name: name ?? "",
    in: "path" as const,
    required: true,
    schema,
  }));

const headerParameters = (names: readonly RequestHeaderName[]) =>
  names.map((name) => ({
    name,
    in: "header" as const,
    required: false,
    schema: { type: "string" as const },
    ...REQUEST_HEADERS[name],
  }));

const responseHeaders = (names: readonly (keyof typeof RESPONSE_HEADERS)[]) =>
  names.length === 0
    ? {}
    : {
        headers: Object.fromEntries(
          names.map((name) => [name, { schema: { type: "string" as const }, ...RESPONSE_HEADERS[name] }]),
        ),
      };

function successResponses(route: Route): Record<string, ResponseConfig> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, shape]) => {
      const { description, schema, headers = [], alternatives = {} } = shape;
      const type = shape.contentType ?? (schema === undefined ? undefined : "application/json");
      const textContent = Object.entries(alternatives).map(([mediaType, text]) => [
        mediaType,
        { schema: { type: "string" as const, description: text } },
      ]);
      const content = {
        ...(type === undefined
          ? {}
          : { [type]: { schema: schema === undefined ? { type: "string" as const } : zodOf(schema) } }),
        ...Object.fromEntries(textContent),
      };
      return [
        status,
        {
          description,
          ...responseHeaders(headers),
          ...(Object.keys(content).length === 0 ? {} : { content }),
        },
      ];
    }),
  );
}

function problemResponses(route: Route): Record<string, ResponseConfig> {
  const responses = [...problemsByStatus(route)].map(([status, codes]) => {
    const headers = [
      ...(status === 401 ? (["WWW-Authenticate"] as const) : []),
      ...(codes.includes("use_dpop_nonce") ? (["DPoP-Nonce"] as const) : []),
      ...(status === 429 || status === 503 ? (["Retry-After"] as const) : []),
    ];
    return [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(", "),
        ...responseHeaders(headers),
        content: { "application/problem+json": { schema: problemSchema(codes) } },
      },
    ] as const;
  });
  return Object.fromEntries(responses);
}

interface HeaderDescription {
  readonly description: string;
  readonly example?: string;
}

const REQUEST_HEADERS: Readonly<Record<RequestHeaderName, HeaderDescription>> = {
  DPoP: {
    description:
      "A proof of the client's key (RFC 9449): signed with ES256 or EdDSA (also named Ed25519), with `htm`, `htu`, an `iat` within 60 s (or the nonce of a `DPoP-Nonce` header), and a `jti` that is used once.",
  },
  "If-Match": {
    description:
      "The ETag of the version to change, as it is or as a proxy that compresses rewrote it, or `*`.",
    example: '"7"',
  },
  Accept: { description: "The preferred media type of the response." },
};

const RESPONSE_HEADERS: Readonly<Record<ResponseHeaderName | "WWW-Authenticate", HeaderDescription>> = {
  ETag: { description: "The policy's version, for `If-Match`.", example: '"7"' },
  "Set-Cookie": {
    description: "The refresh cookie: set with the transport `cookie`, and removed if the session has ended.",
  },
  "Retry-After": { description: "Whole seconds to wait before the next attempt.", example: "1" },
  "DPoP-Nonce": { description: "A nonce for the next proof (RFC 9449 §8)." },
  Location: { description: "The URL of the created resource." },
  "WWW-Authenticate": { description: "The accepted credentials (RFC 6750 §3, RFC 9449 §7.1)." },
};
