import { CurfewError } from "@curfew/core";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createHttp, defineRoute, HttpProblem, integer, mountRoutes } from "../src/index.js";
import { nameField } from "../src/wire/fields.js";
import { jsonOf, type Problem, refusal } from "./world/reading.js";
import { ALLOWED_ORIGIN, openWorld } from "./world/world.js";

const base = { operationId: "x", summary: "x", tags: [], responses: { 200: { description: "x" } } };

/** A route of the app's own, which every check stands before. */
const strictRoute = (calls: string[] = []) =>
  defineRoute({
    ...base,
    method: "POST",
    path: "/api/things/{id}",
    auth: "owner",
    cookies: true,
    rateLimit: ({ c }) => {
      if (c.req.header("x-flood") !== undefined)
        throw new HttpProblem("rate_limited", { retryAfterSeconds: 30 });
    },
    body: z.strictObject({ name: nameField, size: integer(1, 5).optional() }),
    handler: ({ identity, params, body }) => {
      calls.push(params.id);
      return { status: 200, body: { ...body, by: identity.userId } };
    },
  });

describe("the order of checks", () => {
  const open = async (calls: string[] = []) => openWorld({ routes: () => [strictRoute(calls)] });

  test("puts origin, rate limit, token, role, body and path in this order, each only where those before it pass", async () => {
    const calls: string[] = [];
    const world = await open(calls);
    const owner = (await world.signIn()).accessToken;
    const member = (await world.signIn({ role: "member" })).accessToken;
    const steps: [string, number, string][] = [];
    const step = async (path: string, call: Parameters<typeof world.call>[2], method = "POST") => {
      const response = await world.call(method, path, call);
      if (response.status !== 200) steps.push([path, ...(await refusal(response))]);
      return response.status;
    };
    const headers = { Origin: "https://evil.example", "X-Flood": "1", "Content-Type": "text/plain" };
    const { Origin: _o, ...sameOrigin } = headers;
    const { "X-Flood": _f, ...calm } = sameOrigin;
    const large = "x".repeat(70_000);
    await step("/api/nothing", { headers, body: large });
    await step("/api/things/1", { headers, body: large }, "PUT");
    await step("/api/things/1", { headers, body: large });
    await step("/api/things/1", { headers: sameOrigin, body: large });
    await step("/api/things/1", { headers: calm, body: large });
    await step("/api/things/1", { headers: calm, body: large, token: member });
    await step("/api/things/1", { headers: calm, body: large, token: owner });
    await step("/api/things/1", { headers: calm, body: "x", token: owner });
    await step("/api/things/1", { headers: { "Content-Type": "application/json" }, body: "x", token: owner });
    await step("/api/things/1", { json: {}, token: owner });
    await step("/api/things/1", { json: { name: "A" }, token: owner });
    expect(steps.map(([, status, code]) => `${status} ${code}`)).toEqual([
      "404 not_found",
      "405 method_not_allowed",
      "403 cross_origin",
      "429 rate_limited",
      "401 unauthenticated",
      "403 forbidden",
      "413 too_large",
      "415 unsupported_media_type",
      "400 bad_request",
      "422 validation_failed",
      "404 not_found",
    ]);
    expect(calls).toEqual([]);
    const id = world.newId();
    expect(await step(`/api/things/${id}`, { json: { name: " A " }, token: owner })).toBe(200);
    expect(calls).toEqual([id]);
  });

  test.each(["1", "not-a-uuid", "%00", "%zz", "019B9A3C-0000-7000-8000-00000000000A"])(
    "takes %s in a path for nothing that exists",
    async (id) => {
      const world = await open();
      const token = (await world.signIn()).accessToken;
      const response = await world.call("POST", `/api/things/${id}`, { token, json: { name: "A" } });
      expect(await refusal(response)).toEqual([404, "not_found"]);
    },
  );

  test("tells how long to wait where a rate limit refused", async () => {
    const world = await open();
    const response = await world.call("POST", "/api/things/1", { headers: { "X-Flood": "1" } });
    expect(response.headers.get("retry-after")).toBe("30");
  });
});

describe("methods", () => {
  test("answers another method with 405 and what there is", async () => {
    const world = await openWorld();
    const allow = async (path: string) => (await world.call("PUT", path)).headers.get("allow");
    expect(await allow("/api/auth/refresh")).toBe("POST, OPTIONS");
    expect(await allow("/api/auth/session")).toBe("GET, HEAD, OPTIONS");
    expect(await allow("/api/accounts/me/security")).toBe("GET, HEAD, PATCH, OPTIONS");
    expect(await refusal(await world.call("GET", "/api/auth/refresh"))).toEqual([405, "method_not_allowed"]);
    expect(await refusal(await world.call("GET", "/api/auth/session/"))).toEqual([404, "not_found"]);
  });

  test("never takes a word in a path for an id", async () => {
    const world = await openWorld();
    const response = await world.call("DELETE", "/api/users/me/sessions/revoke-others");
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(response.status).toBe(405);
  });

  test("answers HEAD as GET without its body", async () => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const response = await world.call("HEAD", "/api/accounts/me/security", { token });
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([200, '"1"', ""]);
  });

  test("answers OPTIONS with the methods", async () => {
    const world = await openWorld();
    const response = await world.call("OPTIONS", "/api/auth/refresh");
    expect([response.status, response.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
    expect((await world.call("OPTIONS", "/api/nothing")).status).toBe(404);
  });

  test("refuses to mount one route twice", async () => {
    const world = await openWorld();
    expect(() => mountRoutes(new Hono(), [strictRoute(), strictRoute()], world.http)).toThrow(
      "POST /api/things/{id} is mounted twice",
    );
  });
});

describe("the headers of every answer", () => {
  test.each([
    ["an answer", "GET", "/api/accounts/me/security", 200],
    ["a refusal", "GET", "/api/accounts/me/nothing", 404],
    ["a wrong method", "PUT", "/api/auth/refresh", 405],
    ["a wrong body", "POST", "/api/auth/refresh", 400],
  ])("stand on %s", async (_, method, path, status) => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const body = method === "POST" ? { body: "x", headers: { "Content-Type": "application/json" } } : {};
    const response = await world.call(method, path, { token, ...body });
    expect(response.status).toBe(status);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(response.headers.has("x-powered-by")).toBe(false);
    expect(response.headers.get("content-type")).toBe(
      status === 200 ? "application/json" : "application/problem+json",
    );
  });

  test("ask for https only where the public URL has it", async () => {
    const world = await openWorld({ publicUrl: "http://localhost:4000" });
    expect((await world.call("GET", "/api/nothing")).headers.has("strict-transport-security")).toBe(false);
  });
});

describe("CORS", () => {
  const origin = { Origin: ALLOWED_ORIGIN };

  test.each([
    ["an answer", "GET", "/.well-known/jwks.json"],
    ["a 401", "GET", "/api/auth/session"],
    ["a 404", "GET", "/api/nothing"],
    ["a 405", "PUT", "/api/auth/refresh"],
    ["a preflight", "OPTIONS", "/api/auth/refresh"],
  ])("allows an allowed origin credentials on %s", async (_, method, path) => {
    const world = await openWorld();
    const { headers } = await world.call(method, path, { headers: origin });
    expect(headers.get("access-control-allow-origin")).toBe(ALLOWED_ORIGIN);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-expose-headers")).toBe("ETag, Retry-After, DPoP-Nonce");
    expect(headers.get("vary")).toBe("Origin");
  });

  test("tells a preflight what may be sent", async () => {
    const world = await openWorld();
    const { status, headers } = await world.call("OPTIONS", "/api/accounts/me/security", {
      headers: { ...origin, "Access-Control-Request-Method": "PATCH" },
    });
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-headers")).toBe("Authorization, Content-Type, DPoP, If-Match");
    expect(headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST, PUT, PATCH, DELETE");
  });

  test.each([
    "https://evil.example",
    "null",
    "https://console.example.evil.example",
    "http://console.example",
  ])("gives %s nothing", async (other) => {
    const world = await openWorld();
    for (const method of ["GET", "OPTIONS"]) {
      const response = await world.call(method, "/api/auth/session", { headers: { Origin: other } });
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("says nothing at all where no origin is allowed", async () => {
    const world = await openWorld({ allowedOrigins: [] });
    const { headers } = await world.call("GET", "/api/auth/session", { headers: origin });
    expect([headers.has("vary"), headers.has("access-control-allow-origin")]).toEqual([false, false]);
  });
});

describe("a bearer call", () => {
  test.each([
    [undefined, 'Bearer realm="curfew"'],
    [
      "Bearer nonsense",
      'Bearer realm="curfew", error="invalid_token", error_description="Authentication required"',
    ],
    [
      "Basic dTpw",
      'Bearer realm="curfew", error="invalid_token", error_description="Authentication required"',
    ],
    ["Bearer", 'Bearer realm="curfew", error="invalid_token", error_description="Authentication required"'],
    [
      "Bearer a, Bearer b",
      'Bearer realm="curfew", error="invalid_token", error_description="Authentication required"',
    ],
  ])("with %j is unauthenticated, and told what would be accepted", async (authorization, challenge) => {
    const world = await openWorld();
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const response = await world.call("GET", "/api/auth/session", { headers });
    expect(response.headers.get("www-authenticate")).toBe(challenge);
    expect(await refusal(response)).toEqual([401, "unauthenticated"]);
  });

  test("takes the scheme's name in any case", async () => {
    const world = await openWorld();
    const { accessToken } = await world.signIn();
    const headers = { Authorization: `bEARER  ${accessToken}` };
    expect((await world.call("GET", "/api/auth/session", { headers })).status).toBe(200);
  });

  test("with a token past its time is token_expired", async () => {
    const world = await openWorld();
    const { accessToken } = await world.signIn();
    await world.clock.advance(300_000);
    const response = await world.call("GET", "/api/auth/session", { token: accessToken });
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await refusal(response)).toEqual([401, "token_expired"]);
  });
});

describe("errors of a handler", () => {
  const throwing = (error: () => unknown) =>
    openWorld({
      routes: () => [
        defineRoute({
          ...base,
          method: "GET",
          path: "/api/boom",
          auth: "none",
          handler: () => {
            throw error();
          },
        }),
      ],
    });

  test("that nobody expected are told to the host, and to the client only as internal_error", async () => {
    const cause = new Error("SELECT secret FROM /var/data");
    const world = await throwing(() => cause);
    const response = await world.call("GET", "/api/boom");
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toEqual({
      type: "urn:curfew:problem:internal_error",
      title: "Internal server error",
      status: 500,
      detail: "Internal server error",
      code: "internal_error",
    });
    expect(world.unexpected).toEqual([cause]);
  });

  test.each([
    [new CurfewError("user_disabled", {}), 401, "invalid_credentials"],
    [new CurfewError("sign_in_superseded", {}), 503, "unavailable"],
    [new CurfewError("last_owner", {}), 409, "last_owner"],
    [new CurfewError("precondition_failed", { version: 3 }), 412, "precondition_failed"],
    [new CurfewError("reauthentication_required", {}), 403, "reauthentication_required"],
    [new HttpProblem("email_taken"), 409, "email_taken"],
  ])("of a known kind are its code: %s", async (error, status, code) => {
    const world = await throwing(() => error);
    expect(await refusal(await world.call("GET", "/api/boom"))).toEqual([status, code]);
    expect(world.unexpected).toEqual([]);
  });

  test("keep the headers and members that they were given", async () => {
    const world = await throwing(
      () => new HttpProblem("rate_limited", { extensions: { limit: 10 }, headers: { "X-More": "1" } }),
    );
    const response = await world.call("GET", "/api/boom");
    expect([response.headers.get("x-more"), response.headers.get("retry-after")]).toEqual(["1", "1"]);
    expect(await jsonOf<Problem & { limit: number }>(response)).toMatchObject({ limit: 10 });
  });
});

test("the client's address is the peer's where the host does not say, an IPv4 one in its own spelling", async () => {
  const world = await openWorld();
  const http = createHttp({
    curfew: world.curfew,
    publicUrl: world.publicUrl,
    secrets: [world.secret],
    accountName: () => "",
  });
  const app = new Hono();
  app.get("/ip", (c) => c.json(http.clientIp(c)));
  const from = async (remoteAddress?: string) =>
    (await app.request("/ip", {}, { incoming: { socket: { remoteAddress } } })).json();
  expect(await from("::ffff:192.0.2.7")).toBe("192.0.2.7");
  expect(await from("2001:db8::1")).toBe("2001:db8::1");
  expect(await from()).toBe(null);
});
