import { beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import {
  expectFieldErrors,
  expectProblem,
  expectStatus,
  RFC_3339,
  UUID_V7,
} from "../harness/expectations.js";
import { OPERATIONS } from "../harness/operations.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { Member, Page, SessionItem, SignIn } from "../harness/wire.js";

const service = useService();
let owner: ApiClient;

beforeAll(async () => {
  owner = await newOwner(service());
});

describe("JSON in UTF-8, snake_case, UUIDv7, RFC 3339 in UTC with milliseconds", () => {
  test("a sign-in's body has exactly the contract's fields, in their formats", async () => {
    const client = await newOwner(service(), { name: "Zoë 漢字 🦉", accountName: "Ünïcode & Søn" });
    const body: SignIn = client.signedIn;
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "session", "token_type", "user"]);
    expect(Object.keys(body.session).sort()).toEqual([
      "absolute_expires_at",
      "absolute_expires_in_ms",
      "absolute_minutes",
      "id",
      "idle_expires_at",
      "idle_expires_in_ms",
      "idle_minutes",
      "last_active_at",
      "started_at",
    ]);
    expect(Object.keys(body.user).sort()).toEqual(["account", "email", "id", "name", "role"]);
    expect(body.user).toMatchObject({ name: "Zoë 漢字 🦉", account: { name: "Ünïcode & Søn" } });
    for (const id of [body.session.id, body.user.id, body.user.account.id]) expect(id).toMatch(UUID_V7);
    const { started_at, last_active_at, idle_expires_at, absolute_expires_at } = body.session;
    for (const time of [started_at, last_active_at, idle_expires_at, absolute_expires_at])
      expect(time).toMatch(RFC_3339);
  });

  test("responses are application/json in UTF-8", async () => {
    const response = await owner.get("/api/accounts/me");
    expect(response.headers["content-type"]).toMatch(/^application\/json(; ?charset=utf-8)?$/i);
  });
});

describe("errors are application/problem+json (RFC 9457)", () => {
  test("a 404 has exactly type, title, status, detail and code", async () => {
    const response = await owner.get("/api/nowhere");
    const problem = expectProblem(response, 404, "not_found");
    expect(Object.keys(problem).sort()).toEqual(["code", "detail", "status", "title", "type"]);
  });

  test("a 422 lists each error with field, code and message", async () => {
    const response = await owner.post("/api/auth/register", { name: 7, surname: "x" });
    const errors = expectFieldErrors(response, {
      account_name: "required",
      name: "wrong_type",
      email: "required",
      password: "required",
      surname: "unknown_field",
    });
    for (const error of errors) expect(error.message.length).toBeGreaterThan(0);
  });

  test("a problem's type is a URI reference", async () => {
    const { type } = expectProblem(await owner.get("/api/nowhere"), 404, "not_found");
    expect(() => new URL(type, "http://localhost")).not.toThrow();
  });
});

describe("request bodies", () => {
  const refresh = (raw: string | undefined, headers: Record<string, string> = {}) =>
    send(service(), {
      method: "POST",
      path: "/api/auth/refresh",
      headers,
      ...(raw === undefined ? {} : { raw }),
    });
  const json = { "content-type": "application/json" };

  test("a missing body counts as {}, with and without a content type", async () => {
    expectProblem(await refresh(undefined), 401, "unauthenticated");
    expectProblem(await refresh(undefined, json), 401, "unauthenticated");
    expectProblem(await refresh("", json), 401, "unauthenticated");
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/json",
    "nonsense",
  ])("a body of type %s is a 415", async (type) => {
    expectProblem(await refresh("{}", { "content-type": type }), 415, "unsupported_media_type");
  });

  test("a body without a content type is a 415", async () => {
    expectProblem(await refresh("{}"), 415, "unsupported_media_type");
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/json;charset=UTF-8",
  ])("a body of type %s is accepted", async (type) => {
    expectProblem(await refresh("{}", { "content-type": type }), 401, "unauthenticated");
  });

  test.each([
    ["half an object", '{"refresh_token":'],
    ["an array", "[]"],
    ["a string", '"x"'],
    ["a number", "1"],
    ["null", "null"],
    ["a trailing comma", "{},"],
    ["single quotes", "{'a':1}"],
    ["only blanks", "   "],
    ["NaN", '{"idle_for_seconds":NaN}'],
  ])("%s is a bad_request", async (_, raw) => {
    expectProblem(await refresh(raw, json), 400, "bad_request");
  });

  test("bytes that are not UTF-8 are a bad_request", async () => {
    const raw = Buffer.concat([
      Buffer.from('{"refresh_token":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('"}'),
    ]);
    const response = await send(service(), { method: "POST", path: "/api/auth/refresh", headers: json, raw });
    expectProblem(response, 400, "bad_request");
  });

  test("64 KiB are accepted and one byte more is a 413, with and without Content-Length", async () => {
    const ofLength = (bytes: number): string => {
      const frame = '{"refresh_token":""}';
      return frame.replace('""', `"${"a".repeat(bytes - frame.length)}"`);
    };
    const call = { method: "POST", path: "/api/auth/refresh", headers: json };
    for (const chunked of [false, true]) {
      const most = await send(service(), { ...call, raw: ofLength(65_536), chunked });
      expectProblem(most, 401, "unauthenticated");
      const tooMuch = await send(service(), { ...call, raw: ofLength(65_537), chunked });
      expectProblem(tooMuch, 413, "too_large");
    }
  });

  test("an unknown field is an error even with valid ones, and nothing is written", async () => {
    expectFieldErrors(await owner.patch("/api/accounts/me/security", { idle_minutes: 20, idleMinutes: 20 }), {
      idleMinutes: "unknown_field",
    });
    expect(
      (await owner.get("/api/accounts/me/security")).json<{ idle_minutes: null }>().idle_minutes,
    ).toBeNull();
  });

  test.each(["__proto__", "constructor", "toString", "prototype"])(
    "%s is an unknown field like any other",
    async (field) => {
      const raw = `{"email":"a@example.com","password":"long enough","${field}":{"polluted":true}}`;
      const response = await send(service(), { method: "POST", path: "/api/auth/login", headers: json, raw });
      expectFieldErrors(response, { [field]: "unknown_field" });
      expect(Object.getPrototypeOf({})).not.toHaveProperty("polluted");
    },
  );

  test("every operation with a body refuses an unknown field", async () => {
    const id = owner.user.id;
    for (const [path, methods] of Object.entries(OPERATIONS))
      for (const method of methods.filter((name) => name === "POST" || name === "PATCH")) {
        const response = await owner.call(method, path.replace("{id}", id), {
          json: { surprise: 1 },
          cookies: false,
        });
        const { errors } = expectProblem(response, 422, "validation_failed");
        expect(errors, path).toContainEqual(
          expect.objectContaining({ field: "surprise", code: "unknown_field" }),
        );
      }
  });
});

describe("numbers are JSON integers", () => {
  test.each([
    ["a string", '"15"'],
    ["a fraction", "15.5"],
    ["true", "true"],
    ["more than a number holds", "1e400"],
    ["an array", "[15]"],
    ["an object", "{}"],
  ])("%s is not accepted for minutes", async (_, value) => {
    const response = await owner.call("PATCH", "/api/accounts/me/security", {
      raw: `{"idle_minutes":${value}}`,
      headers: { "content-type": "application/json" },
    });
    const { errors = [] } = expectProblem(response, 422, "validation_failed");
    expect(errors.map((error) => error.field)).toEqual(["idle_minutes"]);
    expect(["wrong_type", "out_of_range"]).toContain(errors[0]?.code);
  });

  test.each(['"15"', "15.5", "true", "[15]", "null"])(
    "%s is not accepted for idle_for_seconds",
    async (value) => {
      const response = await owner.call("POST", "/api/auth/refresh", {
        raw: `{"idle_for_seconds":${value}}`,
        headers: { "content-type": "application/json" },
      });
      expectFieldErrors(response, { idle_for_seconds: "wrong_type" });
    },
  );
});

describe("caching and headers", () => {
  test("every /api response is no-store, whatever its status", async () => {
    const responses = await Promise.all([
      owner.get("/api/config"),
      owner.get("/api/accounts/me/security"),
      owner.get("/api/auth/session", { bearer: null }),
      owner.get("/api/nothing/here"),
      owner.delete("/api/config"),
      owner.post("/api/auth/login", {}),
      owner.post("/api/auth/logout", {}, { bearer: null, cookies: false }),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 401, 404, 405, 422, 204]);
    for (const { headers } of responses) expect(headers["cache-control"]).toBe("no-store");
  });

  test("every response, also of pages and probes, has nosniff and no-referrer and doesn't name the software", async () => {
    for (const path of [
      "/healthz",
      "/readyz",
      "/metrics",
      "/openapi.json",
      "/docs",
      "/.well-known/jwks.json",
      "/x",
    ]) {
      const { headers } = await send(service(), { path });
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["server"]).toBeUndefined();
    }
  });

  test("pages have a Content-Security-Policy without unsafe scripts and with frame-ancestors 'none'", async () => {
    const response = await send(service(), { path: "/docs" });
    expectStatus(response, 200);
    const policy = String(response.headers["content-security-policy"]);
    const directives = new Map(policy.split(";").map((part) => [part.trim().split(/\s+/)[0], part.trim()]));
    expect(directives.get("frame-ancestors")).toBe("frame-ancestors 'none'");
    const scripts = directives.get("script-src") ?? directives.get("default-src");
    expect(scripts).toBeDefined();
    expect(scripts).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/);
  });

  test("there is no Strict-Transport-Security if the public URL is plain http", async () => {
    const { headers } = await send(service(), { path: "/api/config" });
    expect(headers["strict-transport-security"]).toBeUndefined();
  });

  test("every 401 of a call with a bearer token has WWW-Authenticate: Bearer", async () => {
    for (const bearer of [null, "nonsense", "a.b.c"]) {
      const response = await owner.get("/api/auth/session", { bearer });
      expectProblem(response, 401, "unauthenticated");
      expect(response.headers["www-authenticate"]).toMatch(/^Bearer\b/);
    }
  });
});

describe("methods: another method on a known path is a 405 with Allow", () => {
  const allOf = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  const wrong = Object.entries(OPERATIONS).flatMap(([path, methods]) =>
    allOf.filter((method) => !methods.includes(method)).map((method): [string, string] => [method, path]),
  );

  test.each(wrong)("%s %s", async (method, pattern) => {
    const path = pattern.replace("{id}", owner.user.id);
    const response = await owner.call(method, path, { bearer: null });
    expectStatus(response, 405);
    const allowed = String(response.headers.allow)
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "HEAD" && name !== "OPTIONS");
    expect(allowed).toEqual(expect.arrayContaining([...(OPERATIONS[pattern] ?? [])]));
    expect(allowed).not.toContain(method);
    if (pattern.startsWith("/api/")) expectProblem(response, 405, "method_not_allowed");
  });

  test("HEAD is GET without the body", async () => {
    for (const path of [
      "/api/config",
      "/api/accounts/me",
      "/api/accounts/me/security",
      "/api/auth/session",
      "/healthz",
    ]) {
      const response = await owner.call("HEAD", path);
      expectStatus(response, 200);
      expect(response.text).toBe("");
    }
    expectStatus(await owner.call("HEAD", "/api/accounts/me/security", { bearer: null }), 401);
  });

  test("no GET or HEAD changes anything", async () => {
    const read = async () => [
      (await owner.get("/api/accounts/me/security")).text,
      (await owner.get("/api/accounts/me/security/events")).text,
      (await owner.get("/api/accounts/me/members")).text,
    ];
    const before = await read();
    for (const [path, methods] of Object.entries(OPERATIONS))
      if (path !== "/api/auth/events")
        for (const method of methods.includes("GET") ? ["GET", "HEAD"] : ["HEAD"])
          await owner.call(method, path.replace("{id}", owner.sessionId));
    expect(await read()).toEqual(before);
  });
});

describe("ids in upper case (RFC 9562 §4)", () => {
  test("name sessions, users and members in paths and queries, and are answered in lower case", async () => {
    const client = await newOwner(service());
    const member = await newMember(client);
    const { id: userId } = member.signedIn.user;
    const upper = userId.toUpperCase();
    const security = "/api/accounts/me/security";
    const listed = expectStatus(await client.get(`${security}/sessions?user_id=${upper}`), 200);
    expect(listed.json<Page<SessionItem>>().items.map(({ user }) => user.id)).toEqual([userId]);
    const changed = expectStatus(
      await client.patch(`/api/accounts/me/members/${upper}`, { role: "owner" }),
      200,
    );
    expect(changed.json<Member>().id).toBe(userId);
    const ended = expectStatus(await client.post(`${security}/users/${upper}/revoke-sessions`), 200);
    expect(ended.json()).toEqual({ revoked_count: 1 });
    const device = await newDevice(client);
    expectStatus(await client.delete(`${security}/sessions/${device.sessionId.toUpperCase()}`), 204);
  });
});

describe("unknown paths and ids", () => {
  test.each([
    "/api/",
    "/api/auth",
    "/api/auth/login/",
    "/api/auth/login/x",
    "/api/accounts/you",
    "/api/%00",
    "/api/..%2f",
  ])("GET %s is a 404", async (path) => {
    expectProblem(await owner.get(path), 404, "not_found");
  });

  test.each([
    "not-a-uuid",
    "0",
    "%20",
    "%00",
    "..%2Fusers",
    "'; DROP TABLE sessions; --".replaceAll(" ", "%20"),
  ])("a malformed id (%s) gets the 404 of an unknown id", async (id) => {
    for (const path of [`/api/users/me/sessions/${id}`, `/api/accounts/me/security/sessions/${id}`])
      expectProblem(await owner.delete(path), 404, "not_found");
    expectProblem(
      await owner.post(`/api/accounts/me/security/users/${id}/revoke-sessions`),
      404,
      "not_found",
    );
    expectProblem(await owner.patch(`/api/accounts/me/members/${id}`, { role: "member" }), 404, "not_found");
  });
});
