import { describe, expect, test } from "vitest";
import { curfewRoutes, openApiRoute } from "../src/index.js";
import { jsonOf } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

interface Operation {
  operationId: string;
  security: Record<string, unknown>[];
  parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<
    string,
    { headers?: Record<string, unknown>; content?: Record<string, { schema: { $ref?: string } }> }
  >;
}

interface Document {
  openapi: string;
  servers: unknown;
  paths: Record<string, Record<string, Operation>>;
  components: {
    securitySchemes: Record<string, unknown>;
    schemas: Record<string, { properties: Record<string, { type?: unknown; enum?: string[] }> }>;
  };
}

async function readDocument() {
  const server = await openTestServer({
    routes: (http) => {
      const routes = curfewRoutes(http);
      return [...routes, openApiRoute(http, routes, { title: "Curfew", version: "1.2.3" })];
    },
  });
  const document = await jsonOf<Document>(await server.call("GET", "/openapi.json"));
  const operation = (method: string, path: string): Operation => {
    const found = document.paths[path]?.[method];
    if (found === undefined) throw new Error(`${method} ${path} is missing`);
    return found;
  };
  return { server, document, operation, routes: curfewRoutes(server.http) };
}

describe("the OpenAPI document", () => {
  test("has the title, the version, the server and the security schemes", async () => {
    const { document } = await readDocument();
    expect(document).toMatchObject({
      openapi: "3.1.0",
      info: { title: "Curfew", version: "1.2.3" },
      servers: [{ url: "https://app.example" }],
    });
    expect(document.components.securitySchemes).toMatchObject({
      accessToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      refreshCookie: { type: "apiKey", in: "cookie", name: "__Host-curfew_refresh" },
    });
  });

  test("has every route, each with a unique operationId", async () => {
    const { routes, operation } = await readDocument();
    const names = routes.map(({ method, path }) => operation(method.toLowerCase(), path).operationId);
    expect(names).toEqual(routes.map((route) => route.operationId));
    expect(new Set(names).size).toBe(17);
  });

  test("lists the headers of requests and responses", async () => {
    const { operation } = await readDocument();
    const names = (operationOf: Operation) => operationOf.parameters.map((parameter) => parameter.name);
    expect(names(operation("post", "/api/auth/refresh"))).toEqual(["DPoP"]);
    expect(names(operation("patch", "/api/accounts/me/security"))).toEqual(["If-Match"]);
    const headers = (operationOf: Operation, status: string) =>
      Object.keys(operationOf.responses[status]?.headers ?? {});
    expect(headers(operation("get", "/api/accounts/me/security"), "200")).toEqual(["ETag"]);
    expect(headers(operation("post", "/api/auth/refresh"), "200")).toEqual(["Set-Cookie"]);
    expect(headers(operation("post", "/api/auth/refresh"), "401")).toEqual([
      "WWW-Authenticate",
      "DPoP-Nonce",
    ]);
    expect(headers(operation("post", "/api/auth/refresh"), "503")).toEqual(["Retry-After"]);
  });

  test("lists the required credentials", async () => {
    const { operation } = await readDocument();
    expect(operation("get", "/api/auth/session").security).toEqual([{ accessToken: [] }]);
    expect(operation("post", "/api/auth/refresh").security).toEqual([{ refreshCookie: [] }, {}]);
    expect(operation("get", "/.well-known/jwks.json").security).toEqual([]);
  });

  test("declares ids of sessions in paths as UUIDs, those of users as the host's, and the bounds of numbers in queries", async () => {
    const { operation } = await readDocument();
    expect(operation("delete", "/api/users/me/sessions/{id}").parameters).toEqual([
      { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } },
    ]);
    const ofUsers = "/api/accounts/me/security/users/{id}/revoke-sessions";
    expect(operation("post", ofUsers).parameters).toEqual([
      { name: "id", in: "path", required: true, schema: { type: "string", minLength: 1, maxLength: 255 } },
    ]);
    const limit = operation("get", "/api/users/me/sessions").parameters.find(({ name }) => name === "limit");
    expect(limit).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    });
  });

  test("declares the operator's bounds of the nullable policy fields, and an optional body", async () => {
    const { operation } = await readDocument();
    const body = operation("patch", "/api/accounts/me/security").requestBody;
    expect(body?.required).toBe(false);
    expect(body?.content["application/json"]?.schema).toMatchObject({
      additionalProperties: false,
      properties: {
        idle_minutes: { type: ["integer", "null"], minimum: 10, maximum: 43_200 },
        absolute_minutes: { type: ["integer", "null"], minimum: 30, maximum: 129_600 },
        apply: { enum: ["next_login", "now"], default: "next_login" },
      },
    });
  });

  test("lists the statuses of each operation, and the codes of each status", async () => {
    const { operation, document } = await readDocument();
    const patch = operation("patch", "/api/accounts/me/security");
    expect(Object.keys(patch.responses)).toEqual([
      "200",
      "400",
      "401",
      "403",
      "412",
      "413",
      "415",
      "422",
      "503",
    ]);
    expect(patch.responses["422"]?.content?.["application/problem+json"]?.schema.$ref).toBe(
      "#/components/schemas/ValidationFailedProblem",
    );
    expect(document.components.schemas["ValidationFailedProblem"]?.properties["code"]?.enum).toEqual([
      "validation_failed",
    ]);
    expect(patch.responses["403"]).toMatchObject({
      content: {
        "application/problem+json": {
          schema: { properties: { code: { enum: ["reauthentication_required", "forbidden"] } } },
        },
      },
    });
    expect(
      Object.keys(operation("get", "/api/accounts/me/security/events").responses["200"]?.content ?? {}),
    ).toEqual(["application/json", "text/csv"]);
  });

  test("declares exactly the fields of real answers", async () => {
    const { server, document } = await readDocument();
    const { accessToken, refreshToken } = await server.signIn();
    const fields = (name: string) => Object.keys(document.components.schemas[name]?.properties ?? {}).sort();
    const keys = (value: unknown) => Object.keys(value as object).sort();
    const policy = await jsonOf(
      await server.call("GET", "/api/accounts/me/security", { token: accessToken }),
    );
    expect(keys(policy)).toEqual(fields("SecurityPolicy"));
    const grant = await jsonOf(
      await server.call("POST", "/api/auth/refresh", { json: { refresh_token: refreshToken } }),
    );
    expect(keys(grant)).toEqual(fields("Grant"));
    expect(keys(grant["session"])).toEqual(fields("Session"));
    expect(keys(grant["user"])).toEqual(fields("User"));
    const page = await jsonOf<{ items: unknown[] }>(
      await server.call("GET", "/api/users/me/sessions", { token: accessToken }),
    );
    expect(keys(page.items[0])).toEqual(fields("SessionItem"));
  });
});
