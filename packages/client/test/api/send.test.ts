import { describe, expect, test } from "vitest";
import { createApi } from "../../src/api/create-api.js";
import { createFetchSend } from "../../src/api/create-fetch-send.js";
import { type Call, requestInit } from "../../src/api/send.js";

const call = (rest: Partial<Call>): Call => ({ method: "GET", path: "/api/x", auth: "bearer", ...rest });

describe("how a call goes", () => {
  test("says that it is JSON only where it has a body", () => {
    expect(requestInit(call({ headers: { "If-Match": '"1"' } }))).toEqual({
      method: "GET",
      headers: { "If-Match": '"1"' },
      body: undefined,
    });
    expect(requestInit(call({ method: "PATCH", body: { role: "owner" }, headers: { DPoP: "p" } }))).toEqual({
      method: "PATCH",
      headers: { "Content-Type": "application/json", DPoP: "p" },
      body: '{"role":"owner"}',
    });
  });
});

describe("a client that is no browser", () => {
  function client(token?: string) {
    const requests: Request[] = [];
    const send = createFetchSend({
      baseUrl: "https://app.example",
      accessToken: () => token,
      fetch: async (input, init) => {
        requests.push(new Request(input as URL, init));
        return Response.json({});
      },
    });
    return { api: createApi(send), requests };
  }

  test("calls the server that it is told of, with its token", async () => {
    const { api, requests } = client("abc");
    await api("GET /api/accounts/me/security/sessions", { query: { limit: 5 } });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://app.example/api/accounts/me/security/sessions?limit=5",
    ]);
    expect(requests[0]?.headers.get("Authorization")).toBe("Bearer abc");
  });

  test("sends no token where none is asked for, and none that it does not have", async () => {
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

  test("sends with the platform's own fetch unless told otherwise", async () => {
    const api = createApi(createFetchSend({ baseUrl: "data:" }));
    await expect(api("GET /api/config")).rejects.toMatchObject({ code: "unreachable" });
  });
});
