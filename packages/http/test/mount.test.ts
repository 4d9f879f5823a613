import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { defineRoute, mountRoutes } from "../src/index.js";
import { statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

const route = defineRoute({
  method: "POST",
  path: "/api/things/{id}",
  operationId: "x",
  summary: "x",
  tags: [],
  auth: "none",
  responses: { 200: { description: "x" } },
  handler: () => ({ status: 200 }),
});

describe("mountRoutes", () => {
  test("answers other methods with 405 and Allow", async () => {
    const server = await openTestServer();
    const allow = async (path: string) => (await server.call("PUT", path)).headers.get("allow");
    expect(await allow("/api/auth/refresh")).toBe("POST, OPTIONS");
    expect(await allow("/api/auth/session")).toBe("GET, HEAD, OPTIONS");
    expect(await allow("/api/accounts/me/security")).toBe("GET, HEAD, PATCH, OPTIONS");
    expect(await statusAndCode(await server.call("GET", "/api/auth/refresh"))).toEqual([
      405,
      "method_not_allowed",
    ]);
    expect(await statusAndCode(await server.call("GET", "/api/auth/session/"))).toEqual([404, "not_found"]);
  });

  test("matches a fixed segment before an id", async () => {
    const server = await openTestServer();
    const response = await server.call("DELETE", "/api/users/me/sessions/revoke-others");
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(response.status).toBe(405);
  });

  test("answers HEAD as GET without its body", async () => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const response = await server.call("HEAD", "/api/accounts/me/security", { token });
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([200, '"1"', ""]);
  });

  test("answers OPTIONS with Allow", async () => {
    const server = await openTestServer();
    const response = await server.call("OPTIONS", "/api/auth/refresh");
    expect([response.status, response.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
    expect((await server.call("OPTIONS", "/api/nothing")).status).toBe(404);
  });

  test("refuses to mount a route twice", async () => {
    const server = await openTestServer();
    expect(() => mountRoutes(new Hono(), [route, route], server.http)).toThrow(
      "POST /api/things/{id} is mounted twice",
    );
  });
});
