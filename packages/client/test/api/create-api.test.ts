import { describe, expect, test } from "vitest";
import type { Operations } from "../../src/api/operations.js";
import { callOf, EVERY_NAME, problem, recordedApi } from "./recorder.js";

const ENCODED = "an%20id%2Fwith%3Fmarks";

async function sent(name: keyof Operations) {
  const { api, calls } = recordedApi();
  await callOf(api, name);
  return calls;
}

describe("a call", () => {
  test("carries what it is given as its body, as it is", async () => {
    expect(await sent("POST /api/users/me/password")).toEqual([
      {
        method: "POST",
        path: "/api/users/me/password",
        body: { current_password: "old", new_password: "new" },
        headers: {},
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
  ])("carries the query %o", async (query, search) => {
    const { api, calls } = recordedApi();
    await (api as (name: string, options: object) => unknown)("GET /api/users/me/sessions", { query });
    expect(calls[0]?.path).toBe(`/api/users/me/sessions${search}`);
  });

  test("encodes the ids in its path, whatever they hold", async () => {
    const names = EVERY_NAME.filter((name) => name.includes("{id}"));
    const calls = (await Promise.all(names.map(sent))).flat();
    expect(calls.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      `DELETE /api/accounts/me/security/sessions/${ENCODED}`,
      `DELETE /api/users/me/sessions/${ENCODED}`,
      `PATCH /api/accounts/me/members/${ENCODED}`,
      `POST /api/accounts/me/security/users/${ENCODED}/revoke-sessions`,
    ]);
  });

  test("carries nothing that it was not given", async () => {
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
    ["none", ["GET /api/config", "POST /api/auth/invitation"]],
    [
      "proof",
      [
        "POST /api/auth/register",
        "POST /api/auth/login",
        "POST /api/auth/refresh",
        "POST /api/auth/logout",
        "POST /api/auth/accept-invitation",
        "POST /api/users/me/password",
      ],
    ],
  ] as const)(
    "carries %s where it is one of those that do, and the access token elsewhere",
    async (auth, names) => {
      const calls = await Promise.all(
        EVERY_NAME.map(async (name) => ({ name, auth: (await sent(name))[0]?.auth })),
      );
      expect(calls.filter((call) => call.auth === auth).map(({ name }) => name)).toEqual(names);
    },
  );
});

describe("the policy", () => {
  test("comes with its version", async () => {
    const { api } = recordedApi(Response.json({ idle_minutes: 15 }, { headers: { ETag: '"7"' } }));
    expect(await api("GET /api/accounts/me/security")).toEqual({ idle_minutes: 15, etag: '"7"' });
  });

  test("is changed on the version that is named, and answers with the new one", async () => {
    const { api, calls } = recordedApi(Response.json({ preset: "custom" }, { headers: { ETag: '"8"' } }));
    const changed = await api("PATCH /api/accounts/me/security", { body: { idle_minutes: 20 }, etag: '"7"' });
    expect(changed).toEqual({ preset: "custom", etag: '"8"' });
    expect(calls).toEqual([
      {
        method: "PATCH",
        path: "/api/accounts/me/security",
        body: { idle_minutes: 20 },
        headers: { "If-Match": '"7"' },
        auth: "bearer",
      },
    ]);
  });

  test("is changed on whatever stands where no version is named", async () => {
    const { api, calls } = recordedApi();
    await api("PATCH /api/accounts/me/security", { body: { idle_minutes: 20 } });
    expect(calls[0]?.headers).toEqual({});
  });
});

describe("an answer", () => {
  test("without a body is nothing", async () => {
    const { api } = recordedApi(new Response(null, { status: 204 }));
    expect(await api("DELETE /api/users/me/sessions/{id}", { id: "s" })).toBeUndefined();
  });

  test("that is the trail comes as a file, and is asked for as CSV", async () => {
    const csv = "id,at\r\n1,2026-01-01T00:00:00.000Z\r\n";
    const { api, calls } = recordedApi(new Response(csv, { headers: { "Content-Type": "text/csv" } }));
    const file = await api("GET /api/accounts/me/security/events", { accept: "text/csv" });
    expect([await file.text(), file.type]).toEqual([csv, "text/csv"]);
    expect(calls[0]?.headers).toEqual({ Accept: "text/csv" });
  });
});

describe("every call", () => {
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

  test.each(EVERY_NAME)("is unreachable where no answer comes: %s", async (name) => {
    expect(await outcome(name, new TypeError("fetch failed"))).toMatchObject({
      name: "CurfewProblem",
      code: "unreachable",
      status: 0,
      isTrouble: true,
    });
  });

  test.each(["GET /api/config", "GET /api/accounts/me/security", "PATCH /api/accounts/me/security"] as const)(
    "is unreachable where a page stands in for the answer, as before a hotel's sign-in: %s",
    async (name) => {
      const page = new Response("<!doctype html><p>Welcome", { headers: { "Content-Type": "text/html" } });
      expect(await outcome(name, page)).toMatchObject({ code: "unreachable", isTrouble: true });
    },
  );
});
