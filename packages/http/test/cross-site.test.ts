import { describe, expect, test } from "vitest";
import { hostRoutes } from "../src/routes/host-routes.js";
import { statusAndCode } from "./support/responses.js";
import { ada, openHostHandler, openTokenHandler, requestFor } from "./support/test-handler.js";
import { openTestServer } from "./support/test-server.js";

const CROSS_SITE = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };

describe("a call that a cookie authenticates", () => {
  test("is refused to a page of another site on every route that changes something", async () => {
    const { http } = await openTestServer();
    const routes = hostRoutes(http, {} as never).filter(({ method }) => method !== "GET");
    const { host, call } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    expect(routes.length).toBeGreaterThan(7);
    for (const { method, path } of routes) {
      const url = path.replace("{id}", "019b9a3c-0000-7000-8000-00000000000a");
      const response = await call(method, url, cookie, { headers: CROSS_SITE });
      expect([url, ...(await statusAndCode(response))]).toEqual([url, 403, "cross_origin"]);
    }
  });

  test.each<[string, Record<string, string>, number]>([
    ["of the same origin", { "Sec-Fetch-Site": "same-origin", Origin: "null" }, 200],
    ["by the person's hand", { "Sec-Fetch-Site": "none" }, 200],
    ["of an allowed origin", { "Sec-Fetch-Site": "cross-site", Origin: "https://console.example" }, 200],
    ["of the public origin, without Sec-Fetch-Site", { Origin: "https://app.example" }, 200],
    ["from no browser", {}, 200],
    ["of the same site", { "Sec-Fetch-Site": "same-site", Origin: "https://x.app.example" }, 403],
    ["without an origin", { "Sec-Fetch-Site": "cross-site" }, 403],
    ["of an opaque origin", { Origin: "null" }, 403],
  ])("%s gets its answer", async (_from, headers, status) => {
    const { host, call } = await openHostHandler({ allowedOrigins: ["https://console.example"] });
    const cookie = host.signIn("one", ada);
    expect((await call("POST", "/api/auth/refresh", cookie, { headers })).status).toBe(status);
  });

  test("may come from another site where it reads", async () => {
    const { host, call } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    for (const method of ["GET", "HEAD"])
      expect((await call(method, "/api/auth/session", cookie, { headers: CROSS_SITE })).status).toBe(200);
  });

  test.each([
    ["https://admin.example/", "https://admin.example"],
    ["https://admin.example:443", "https://admin.example"],
    ["HTTPS://Admin.Example", "https://admin.example"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
  ])(
    "may come from an allowed origin that is written as %s, on each kind of route",
    async (allowed, origin) => {
      const { host, call, sessions } = await openHostHandler({ allowedOrigins: [allowed] });
      const tokens = await openTokenHandler({ allowedOrigins: [allowed] });
      const cookie = host.signIn("one", ada);
      const headers = { Origin: origin, "Sec-Fetch-Site": "cross-site" };
      const path = "/api/auth/refresh";
      const preflight = await call("OPTIONS", path, "", { headers });
      expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
      expect((await call("POST", path, cookie, { headers })).status).toBe(200);
      const own = requestFor("POST", "/notes", { headers: { ...headers, cookie } });
      expect(await sessions.require(own)).toMatchObject({ userId: "ada" });
      expect((await call("POST", "/api/auth/logout", cookie, { headers })).status).toBe(204);
      const signIn = requestFor("POST", "/sign-in", { headers });
      expect((await tokens.sessions.signIn(signIn, { accountId: "acme", user: ada })).status).toBe(200);
      expect((await tokens.call("POST", "/api/auth/logout", { headers })).status).toBe(204);
    },
  );

  test.each(["capacitor://localhost", "data:text/html,x", "file:///app", "admin.example"])(
    "is allowed from no %s: pages there may have the opaque origin of any sandbox",
    async (allowed) => {
      await expect(openHostHandler({ allowedOrigins: [allowed] })).rejects.toThrow(TypeError);
      await expect(openTokenHandler({ allowedOrigins: [allowed] })).rejects.toThrow(TypeError);
    },
  );

  test("is refused on the host's own routes too, where a session is required", async () => {
    const { host, sessions } = await openHostHandler();
    const headers = { cookie: host.signIn("one", ada), ...CROSS_SITE };
    const refusal = await sessions.require(requestFor("POST", "/notes", { headers })).catch(sessions.problem);
    expect(await statusAndCode(refusal as Response)).toEqual([403, "cross_origin"]);
    expect(await sessions.require(requestFor("GET", "/notes", { headers }))).toMatchObject({ userId: "ada" });
  });

  test("by the refresh cookie obeys the same rule, and one with an access token needs none", async () => {
    const { call, curfew } = await openTokenHandler();
    const { accessToken } = await curfew.sessions.start({ accountId: "acme", user: ada });
    for (const path of ["/api/auth/refresh", "/api/auth/logout"])
      expect(await statusAndCode(await call("POST", path, { headers: CROSS_SITE }))).toEqual([
        403,
        "cross_origin",
      ]);
    const headers = { ...CROSS_SITE, Authorization: `Bearer ${accessToken}` };
    const response = await call("POST", "/api/users/me/sessions/revoke-others", { headers });
    expect(response.status).toBe(200);
  });
});
