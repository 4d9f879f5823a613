import { describe, expect, test } from "vitest";
import { createApi, createFetchSend } from "../../src/api/create-api.js";
import type { Operations } from "../../src/api/operations.js";
import { callOf, EVERY_NAME, hasNoAnswer, problem, recordedApi } from "./recorded-api.js";

const ENCODED = "an%20id%2Fwith%3Fmarks";

async function sent(name: keyof Operations) {
  const { api, calls } = recordedApi();
  await callOf(api, name);
  return calls;
}

describe("an API call", () => {
  test("sends its body unchanged", async () => {
    expect(await sent("POST /api/users/me/password")).toEqual([
      {
        method: "POST",
        path: "/api/users/me/password",
        body: { current_password: "old", new_password: "new" },
        headers: { "Content-Type": "application/json" },
        auth: "proof",
      },
    ]);
  });

  test.each([
    [undefined, ""],
    [{}, ""],
    [{ limit: 50, cursor: undefined }, "?limit=50"],
    [{ cursor: "a+b/c=&d", type: "policy.changed" }, "?cursor=a%2Bb%2Fc%3D%26d&type=policy.changed"],
    [{ limit: 0, cursor: "" }, "?limit=0&cursor="],
  ])("sends the query %o", async (query, search) => {
    const { api, calls } = recordedApi();
    await (api as (name: string, options: object) => unknown)("GET /api/users/me/sessions", { query });
    expect(calls[0]?.path).toBe(`/api/users/me/sessions${search}`);
  });

  test("encodes the ids in its path", async () => {
    const names = EVERY_NAME.filter((name) => name.includes("{id}"));
    const calls = (await Promise.all(names.map(sent))).flat();
    expect(calls.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      `DELETE /api/accounts/me/members/${ENCODED}?status=invited`,
      `DELETE /api/accounts/me/security/sessions/${ENCODED}`,
      `DELETE /api/users/me/sessions/${ENCODED}`,
      `PATCH /api/accounts/me/members/${ENCODED}`,
      `POST /api/accounts/me/members/${ENCODED}/password-link`,
      `POST /api/accounts/me/security/users/${ENCODED}/revoke-sessions`,
    ]);
  });

  test("sends nothing that it was not given", async () => {
    const { api, calls } = recordedApi();
    await api("POST /api/accounts/me/security/revoke-sessions");
    expect(calls).toEqual([
      {
        method: "POST",
        path: "/api/accounts/me/security/revoke-sessions",
        body: undefined,
        headers: {},
        auth: "bearer",
      },
    ]);
  });

  test.each([
    ["none", ["GET /api/config", "POST /api/auth/invitation", "POST /api/auth/password-link"]],
    [
      "proof",
      [
        "POST /api/auth/register",
        "POST /api/auth/login",
        "POST /api/auth/refresh",
        "POST /api/auth/logout",
        "POST /api/auth/accept-invitation",
        "POST /api/auth/reset-password",
        "POST /api/users/me/password",
      ],
    ],
  ] as const)("sends %s for these operations, the access token for the others", async (auth, names) => {
    const calls = await Promise.all(
      EVERY_NAME.map(async (name) => ({ name, auth: (await sent(name))[0]?.auth })),
    );
    expect(calls.filter((call) => call.auth === auth).map(({ name }) => name)).toEqual(names);
  });
});

describe("the security policy", () => {
  test("is returned with its version", async () => {
    const { api } = recordedApi(Response.json({ version: 7 }, { headers: { ETag: '"7"' } }));
    expect(await api("GET /api/accounts/me/security")).toEqual({ version: 7, etag: '"7"' });
  });

  test.each([{ ETag: 'W/"7"' }, { ETag: '"7-gzip"' }, {}])(
    "has the same version with the header %j, as a proxy that compresses may leave it",
    async (headers) => {
      const { api } = recordedApi(Response.json({ version: 7 }, { headers }));
      expect(await api("GET /api/accounts/me/security")).toEqual({ version: 7, etag: '"7"' });
    },
  );

  test("is changed conditionally on the given version and returned with the new one", async () => {
    const { api, calls } = recordedApi(Response.json({ version: 8 }, { headers: { ETag: '"8"' } }));
    const changed = await api("PATCH /api/accounts/me/security", { body: { idle_minutes: 20 }, etag: '"7"' });
    expect(changed).toEqual({ version: 8, etag: '"8"' });
    expect(calls).toEqual([
      {
        method: "PATCH",
        path: "/api/accounts/me/security",
        body: { idle_minutes: 20 },
        headers: { "Content-Type": "application/json", "If-Match": '"7"' },
        auth: "bearer",
      },
    ]);
  });

  test("is changed unconditionally without a version", async () => {
    const { api, calls } = recordedApi();
    await api("PATCH /api/accounts/me/security", { body: { idle_minutes: 20 } });
    expect(calls[0]?.headers).toEqual({ "Content-Type": "application/json" });
  });
});

describe("a response", () => {
  test("without a body is undefined", async () => {
    const { api } = recordedApi(new Response(null, { status: 204 }));
    expect(await api("DELETE /api/users/me/sessions/{id}", { id: "s" })).toBeUndefined();
  });

  test("of the audit trail is requested as CSV and returned as a Blob", async () => {
    const csv = "id,at\r\n1,2026-01-01T00:00:00.000Z\r\n";
    const { api, calls } = recordedApi(new Response(csv, { headers: { "Content-Type": "text/csv" } }));
    const file = await api("GET /api/accounts/me/security/events", { accept: "text/csv" });
    expect([await file.text(), file.type]).toEqual([csv, "text/csv"]);
    expect(calls[0]?.headers).toEqual({ Accept: "text/csv" });
  });
});

describe("every operation", () => {
  const outcome = (name: keyof Operations, answer: Response | Error) =>
    callOf(recordedApi(answer).api, name).then(
      () => "resolved",
      (error: unknown) => error,
    );

  test.each(EVERY_NAME)("rejects with the server's problem: %s", async (name) => {
    const answer = problem(409, { code: "email_taken", detail: "It is a user's already.", status: 409 });
    expect(await outcome(name, answer)).toMatchObject({
      name: "CurfewProblem",
      code: "email_taken",
      status: 409,
      message: "It is a user's already.",
      isTrouble: false,
    });
  });

  test.each(EVERY_NAME)("rejects with unreachable without a response: %s", async (name) => {
    expect(await outcome(name, new TypeError("fetch failed"))).toMatchObject({
      name: "CurfewProblem",
      code: "unreachable",
      status: 0,
      isTrouble: true,
    });
  });

  test.each(["GET /api/config", "GET /api/accounts/me/security", "PATCH /api/accounts/me/security"] as const)(
    "rejects with unreachable for an HTML page, as from a captive portal: %s",
    async (name) => {
      const page = new Response("<!doctype html><p>Welcome", { headers: { "Content-Type": "text/html" } });
      expect(await outcome(name, page)).toMatchObject({ code: "unreachable", isTrouble: true });
    },
  );

  test.each(EVERY_NAME.filter((name) => !hasNoAnswer(name)))(
    "rejects with unreachable for a 204, as from a proxy: %s",
    async (name) => {
      const empty = new Response(null, { status: 204 });
      expect(await outcome(name, empty)).toMatchObject({ code: "unreachable", isTrouble: true });
    },
  );

  test.each(EVERY_NAME.filter(hasNoAnswer))("rejects with unreachable for a body: %s", async (name) => {
    expect(await outcome(name, Response.json({}))).toMatchObject({ code: "unreachable", isTrouble: true });
  });

  test.each(EVERY_NAME)("rejects with unreachable for a document of a proxy: %s", async (name) => {
    for (const document of [{}, [], null, { error: "blocked", message: "Ask your administrator." }])
      expect(await outcome(name, Response.json(document))).toMatchObject({ code: "unreachable" });
  });

  test("rejects with unreachable for an HTML page in place of a file", async () => {
    const page = new Response("<!doctype html><p>Welcome", { headers: { "Content-Type": "text/html" } });
    const download = recordedApi(page).api("GET /api/accounts/me/security/events", { accept: "text/csv" });
    await expect(download).rejects.toMatchObject({ code: "unreachable", isTrouble: true });
  });
});

describe("createFetchSend", () => {
  function client(token?: string) {
    const requests: Request[] = [];
    const send = createFetchSend({
      baseUrl: "https://app.example",
      accessToken: () => token,
      fetch: async (input, init) => {
        requests.push(new Request(input as URL, init));
        return Response.json({ items: [] });
      },
    });
    return { api: createApi(send), requests };
  }

  test("calls the configured server with the access token", async () => {
    const { api, requests } = client("abc");
    await api("GET /api/accounts/me/security/sessions", { query: { limit: 5 } });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://app.example/api/accounts/me/security/sessions?limit=5",
    ]);
    expect(requests[0]?.headers.get("Authorization")).toBe("Bearer abc");
  });

  test("sends no token for public calls or without a token", async () => {
    const withToken = client("abc");
    await withToken.api("GET /api/config");
    const without = client();
    const body = { email: "ada@acme.example", password: "…", transport: "body" } as const;
    await without.api("POST /api/auth/login", { body });
    const tokens = [...withToken.requests, ...without.requests].map(({ headers }) =>
      headers.get("Authorization"),
    );
    expect(tokens).toEqual([null, null]);
    expect(await without.requests[0]?.json()).toMatchObject({ transport: "body" });
  });

  test("uses the platform's fetch by default", async () => {
    const api = createApi(createFetchSend({ baseUrl: "data:" }));
    await expect(api("GET /api/config")).rejects.toMatchObject({ code: "unreachable" });
  });
});
