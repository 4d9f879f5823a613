import { OpenAPIRegistry, OpenApiGeneratorV31 } from "@asteasolutions/zod-to-openapi";
import type { z } from "zod";
import type { RequestHeaderName, Route } from "../route/define.js";
import { REQUEST_HEADERS, RESPONSE_HEADERS } from "./headers.js";
import { problemSchema } from "./problem-schemas.js";
import { byStatus, problemsOf } from "./problems-of.js";

/** What the document says of itself. */
export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Where the API is, an origin. */
  readonly publicUrl: string;
  /** The refresh cookie's name. */
  readonly cookieName: string;
}

type PathConfig = Parameters<OpenAPIRegistry["registerPath"]>[0];
type ResponseConfig = PathConfig["responses"][string];

/** Writes the OpenAPI 3.1 document of a table of routes. */
export function writeDocument(routes: readonly Route[], info: DocumentInfo) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "accessToken", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token, as sign-in and refresh answer it.",
  });
  registry.registerComponent("securitySchemes", "refreshCookie", {
    type: "apiKey",
    in: "cookie",
    name: info.cookieName,
    description: "The refresh token of a browser; never readable by script.",
  });
  for (const route of routes) registry.registerPath(pathOf(route));
  const { title, version, description } = info;
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: { title, version, ...(description === undefined ? {} : { description }) },
    servers: [{ url: new URL(info.publicUrl).origin }],
    tags: [...new Set(routes.flatMap((route) => route.tags))].map((name) => ({ name })),
  });
}

function pathOf(route: Route): PathConfig {
  return {
    method: route.method.toLowerCase() as PathConfig["method"],
    path: route.path,
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [...route.tags],
    security: securityOf(route),
    parameters: [...pathParameters(route.path), ...headerParameters(route.requestHeaders ?? [])],
    request: {
      ...(route.query === undefined ? {} : { query: route.query }),
      ...(route.body === undefined ? {} : { body: bodyOf(route.body) }),
    },
    responses: { ...successes(route), ...failures(route) },
  };
}

/** A call that reads the cookie may do without it: an empty alternative says so. */
function securityOf(route: Route): NonNullable<PathConfig["security"]> {
  if (route.auth !== "none") return [{ accessToken: [] }];
  return route.cookies === true ? [{ refreshCookie: [] }, {}] : [];
}

/** None at all counts as `{}`, so a body is needed only where a field is. */
const bodyOf = (schema: z.ZodObject) => ({
  required: !schema.safeParse({}).success,
  content: { "application/json": { schema } },
});

const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name: name ?? "",
    in: "path" as const,
    required: true,
    schema: { type: "string" as const, format: "uuid" },
  }));

const headerParameters = (names: readonly RequestHeaderName[]) =>
  names.map((name) => ({
    name,
    in: "header" as const,
    required: false,
    schema: { type: "string" as const },
    ...REQUEST_HEADERS[name],
  }));

const headersOf = (names: readonly (keyof typeof RESPONSE_HEADERS)[]) =>
  Object.fromEntries(
    names.map((name) => [name, { schema: { type: "string" as const }, ...RESPONSE_HEADERS[name] }]),
  );

function successes(route: Route): Record<string, ResponseConfig> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, shape]) => {
      const { description, schema, headers = [], alternatives = {} } = shape;
      const type = shape.contentType ?? (schema === undefined ? undefined : "application/json");
      const texts = Object.entries(alternatives).map(([name, text]) => [
        name,
        { schema: { type: "string" as const, description: text } },
      ]);
      const content = {
        ...(type === undefined ? {} : { [type]: { schema: schema ?? { type: "string" as const } } }),
        ...Object.fromEntries(texts),
      };
      return [
        status,
        {
          description,
          ...(headers.length === 0 ? {} : { headers: headersOf(headers) }),
          ...(Object.keys(content).length === 0 ? {} : { content }),
        },
      ];
    }),
  );
}

function failures(route: Route): Record<string, ResponseConfig> {
  const answers = [...byStatus(problemsOf(route))].map(([status, codes]) => {
    const headers = [
      ...(status === 401 ? (["WWW-Authenticate"] as const) : []),
      ...(codes.includes("use_dpop_nonce") ? (["DPoP-Nonce"] as const) : []),
      ...(status === 429 || status === 503 ? (["Retry-After"] as const) : []),
    ];
    return [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(", "),
        ...(headers.length === 0 ? {} : { headers: headersOf(headers) }),
        content: { "application/problem+json": { schema: problemSchema(codes) } },
      },
    ] as const;
  });
  return Object.fromEntries(answers);
}
