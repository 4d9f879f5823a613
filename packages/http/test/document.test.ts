import { describe, expect, test } from "vitest";
import { curfewRoutes, openApiRoute } from "../src/index.js";
import { jsonOf } from "./world/reading.js";
import { openWorld } from "./world/world.js";

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

async function read() {
  const world = await openWorld({
    routes: (http) => {
      const routes = curfewRoutes(http);
      return [...routes, openApiRoute(http, routes, { title: "Curfew", version: "1.2.3" })];
    },
  });
  const document = await jsonOf<Document>(await world.call("GET", "/openapi.json"));
  const operation = (method: string, path: string): Operation => {
    const found = document.paths[path]?.[method];
    if (found === undefined) throw new Error(`${method} ${path} is not there`);
    return found;
  };
  return { world, document, operation, routes: curfewRoutes(world.http) };
}

describe("the OpenAPI document", () => {
  test("says what it is and where", async () => {
    const { document } = await read();
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

  test("has every route, under a name of its own", async () => {
    const { routes, operation } = await read();
    const names = routes.map(({ method, path }) => operation(method.toLowerCase(), path).operationId);
    expect(names).toEqual(routes.map((route) => route.operationId));
    expect(new Set(names).size).toBe(16);
  });

  test("says which headers a call and its answer carry", async () => {
    const { operation } = await read();
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

  test("says what is asked of a caller", async () => {
    const { operation } = await read();
    expect(operation("get", "/api/auth/session").security).toEqual([{ accessToken: [] }]);
    expect(operation("post", "/api/auth/refresh").security).toEqual([{ refreshCookie: [] }, {}]);
    expect(operation("get", "/.well-known/jwks.json").security).toEqual([]);
  });

  test("says that ids in paths are UUIDs, and bounds numbers in queries", async () => {
    const { operation } = await read();
    expect(operation("delete", "/api/users/me/sessions/{id}").parameters).toEqual([
      { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } },
    ]);
    const limit = operation("get", "/api/users/me/sessions").parameters.find(({ name }) => name === "limit");
    expect(limit).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    });
  });

  test("bounds the policy's fields as the operator does, null allowed, and lets the body be absent", async () => {
    const { operation } = await read();
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

  test("lists the statuses of each call, and the codes of each status", async () => {
    const { operation, document } = await read();
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

  test("describes what is answered: every field of a real answer, and no other", async () => {
    const { world, document } = await read();
    const { accessToken, refreshToken } = await world.signIn();
    const fields = (name: string) => Object.keys(document.components.schemas[name]?.properties ?? {}).sort();
    const keys = (value: unknown) => Object.keys(value as object).sort();
    const policy = await jsonOf(await world.call("GET", "/api/accounts/me/security", { token: accessToken }));
    expect(keys(policy)).toEqual(fields("SecurityPolicy"));
    const grant = await jsonOf(
      await world.call("POST", "/api/auth/refresh", { json: { refresh_token: refreshToken } }),
    );
    expect(keys(grant)).toEqual(fields("Grant"));
    expect(keys(grant["session"])).toEqual(fields("Session"));
    expect(keys(grant["user"])).toEqual(fields("User"));
    const page = await jsonOf<{ items: unknown[] }>(
      await world.call("GET", "/api/users/me/sessions", { token: accessToken }),
    );
    expect(keys(page.items[0])).toEqual(fields("SessionItem"));
  });
});

test("the keys are published for verifiers, of every secret, and may be kept a while", async () => {
  const { world } = await read();
  const response = await world.call("GET", "/.well-known/jwks.json");
  expect(response.headers.get("content-type")).toBe("application/jwk-set+json");
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  expect(await jsonOf(response)).toEqual({
    keys: [
      {
        kty: "OKP",
        crv: "Ed25519",
        alg: "EdDSA",
        use: "sig",
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.any(String),
      },
    ],
  });
});
