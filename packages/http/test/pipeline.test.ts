import { CurfewError } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineRoute, HttpProblem } from "../src/index.js";
import { integer, nameField } from "../src/wire/fields.js";
import { jsonOf, type Problem, statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

const ROUTE_BASE = { operationId: "x", summary: "x", tags: [], responses: { 200: { description: "x" } } };

/** A route that every check of the pipeline applies to. */
const strictRoute = (handledIds: string[] = []) =>
  defineRoute({
    ...ROUTE_BASE,
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
      handledIds.push(params.id);
      return { status: 200, body: { ...body, by: identity.userId } };
    },
  });

describe("the order of checks", () => {
  const open = async (handledIds: string[] = []) =>
    openTestServer({ routes: () => [strictRoute(handledIds)] });

  test("is origin, rate limit, token, role, body, path; the first failed check answers", async () => {
    const handledIds: string[] = [];
    const server = await open(handledIds);
    const owner = (await server.signIn()).accessToken;
    const member = (await server.signIn({ role: "member" })).accessToken;
    const refusals: string[] = [];
    const call = async (path: string, options: Parameters<typeof server.call>[2], method = "POST") => {
      const response = await server.call(method, path, options);
      if (response.status !== 200) refusals.push((await statusAndCode(response)).join(" "));
      return response.status;
    };
    const headers = { Origin: "https://evil.example", "X-Flood": "1", "Content-Type": "text/plain" };
    const { Origin: _o, ...sameOrigin } = headers;
    const { "X-Flood": _f, ...unlimited } = sameOrigin;
    const large = "x".repeat(70_000);
    await call("/api/nothing", { headers, body: large });
    await call("/api/things/1", { headers, body: large }, "PUT");
    await call("/api/things/1", { headers, body: large });
    await call("/api/things/1", { headers: sameOrigin, body: large });
    await call("/api/things/1", { headers: unlimited, body: large });
    await call("/api/things/1", { headers: unlimited, body: large, token: member });
    await call("/api/things/1", { headers: unlimited, body: large, token: owner });
    await call("/api/things/1", { headers: unlimited, body: "x", token: owner });
    await call("/api/things/1", { headers: { "Content-Type": "application/json" }, body: "x", token: owner });
    await call("/api/things/1", { json: {}, token: owner });
    await call("/api/things/1", { json: { name: "A" }, token: owner });
    expect(refusals).toEqual([
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
    expect(handledIds).toEqual([]);
    const id = server.newId();
    expect(await call(`/api/things/${id}`, { json: { name: " A " }, token: owner })).toBe(200);
    expect(handledIds).toEqual([id]);
  });

  test.each(["1", "not-a-uuid", "%00", "%zz", "019B9A3C-0000-7000-8000-00000000000G"])(
    "the id %s in a path is a 404",
    async (id) => {
      const server = await open();
      const token = (await server.signIn()).accessToken;
      const response = await server.call("POST", `/api/things/${id}`, { token, json: { name: "A" } });
      expect(await statusAndCode(response)).toEqual([404, "not_found"]);
    },
  );

  test("a rate limit sets Retry-After", async () => {
    const server = await open();
    const response = await server.call("POST", "/api/things/1", { headers: { "X-Flood": "1" } });
    expect(response.headers.get("retry-after")).toBe("30");
  });
});

describe("an error of a handler", () => {
  const openThrowing = (error: () => unknown) =>
    openTestServer({
      routes: () => [
        defineRoute({
          ...ROUTE_BASE,
          method: "GET",
          path: "/api/throws",
          auth: "none",
          handler: () => {
            throw error();
          },
        }),
      ],
    });

  test("that is unexpected is reported to the host, and the client gets internal_error", async () => {
    const cause = new Error("SELECT secret FROM /var/data");
    const server = await openThrowing(() => cause);
    const response = await server.call("GET", "/api/throws");
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toEqual({
      type: "urn:curfew:problem:internal_error",
      title: "Internal server error",
      status: 500,
      detail: "Internal server error",
      code: "internal_error",
    });
    expect(server.reportedErrors).toEqual([cause]);
  });

  test.each([
    [new CurfewError("user_disabled", {}), 401, "invalid_credentials"],
    [new CurfewError("sign_in_superseded", {}), 503, "unavailable"],
    [new CurfewError("last_owner", {}), 409, "last_owner"],
    [new CurfewError("precondition_failed", { version: 3 }), 412, "precondition_failed"],
    [new CurfewError("reauthentication_required", {}), 403, "reauthentication_required"],
    [new HttpProblem("email_taken"), 409, "email_taken"],
  ])("that is a refusal is answered with its code: %s", async (error, status, code) => {
    const server = await openThrowing(() => error);
    expect(await statusAndCode(await server.call("GET", "/api/throws"))).toEqual([status, code]);
    expect(server.reportedErrors).toEqual([]);
  });

  test("keeps its headers and extension members", async () => {
    const server = await openThrowing(
      () => new HttpProblem("rate_limited", { extensions: { limit: 10 }, headers: { "X-More": "1" } }),
    );
    const response = await server.call("GET", "/api/throws");
    expect([response.headers.get("x-more"), response.headers.get("retry-after")]).toEqual(["1", "1"]);
    expect(await jsonOf<Problem & { limit: number }>(response)).toMatchObject({ limit: 10 });
  });
});
