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
