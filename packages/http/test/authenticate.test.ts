import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { requireSession, type SessionEnv } from "../src/hono.js";
import { jsonOf, statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

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
  ])("with %j is unauthenticated, with a challenge", async (authorization, challenge) => {
    const server = await openTestServer();
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const response = await server.call("GET", "/api/auth/session", { headers });
    expect(response.headers.get("www-authenticate")).toBe(challenge);
    expect(await statusAndCode(response)).toEqual([401, "unauthenticated"]);
  });

  test.each(["Bearer ", "Bearer   ", "bearer ", "bEARER  "])(
    "may write the scheme in any case, and any number of spaces after it: %j",
    async (scheme) => {
      const server = await openTestServer();
      const { accessToken } = await server.signIn();
      const headers = { Authorization: `${scheme}${accessToken}` };
      expect((await server.call("GET", "/api/auth/session", { headers })).status).toBe(200);
    },
  );

  test("with an expired token is token_expired", async () => {
    const server = await openTestServer();
    const { accessToken } = await server.signIn();
    await server.clock.advance(300_000);
    const response = await server.call("GET", "/api/auth/session", { token: accessToken });
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await statusAndCode(response)).toEqual([401, "token_expired"]);
  });
});

/** A host's routes, each with `requireSession` before its handler or around it. */
type Place = "as middleware" | "around a handler";

async function openHost(place: Place) {
  const server = await openTestServer();
  const app = new Hono<SessionEnv>();
  if (place === "as middleware") {
    app.use("/reports/*", requireSession(server.curfew));
    app.use("/reports/owners/*", requireSession(server.curfew, { role: "owner" }));
    app.get("/reports/today", (c) => c.json(c.var.identity));
    app.get("/reports/owners/all", (c) => c.text("all"));
  } else {
    app.get(
      "/reports/today",
      requireSession(server.curfew, (c) => c.json(c.var.identity)),
    );
    app.get(
      "/reports/owners/all",
      requireSession(server.curfew, async (c) => c.text("all"), { role: "owner" }),
    );
  }
  app.onError((error, c) => c.text(`host: ${error.message}`, 500));
  const get = (path: string, token?: string) =>
    app.request(path, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });
  return { ...server, get };
}

describe.each<Place>(["as middleware", "around a handler"])("requireSession %s", (place) => {
  test("sets the caller's identity", async () => {
    const server = await openHost(place);
    const { accessToken, session, user } = await server.signIn({ role: "member" });
    // The engine remembers the token after the first call.
    for (const _ of ["first", "second"]) {
      const response = await server.get("/reports/today", accessToken);
      expect(await jsonOf(response)).toMatchObject({
        accountId: server.accountId,
        userId: user.id,
        sessionId: session.id,
        role: "member",
      });
    }
  });

  test("without a token answers 401 with a challenge", async () => {
    const server = await openHost(place);
    const response = await server.get("/reports/today");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="curfew"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await statusAndCode(response)).toEqual([401, "unauthenticated"]);
  });

  test("with the token of an ended session answers 401 session_revoked", async () => {
    const server = await openHost(place);
    const grant = await server.signIn();
    await server.curfew.sessions.signOut(grant.refreshToken);
    const response = await server.get("/reports/today", grant.accessToken);
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await statusAndCode(response)).toEqual([401, "session_revoked"]);
  });

  test("with role owner refuses a member as forbidden", async () => {
    const server = await openHost(place);
    const [owner, member] = [await server.signIn(), await server.signIn({ role: "member" })];
    expect(await (await server.get("/reports/owners/all", owner.accessToken)).text()).toBe("all");
    await server.get("/reports/today", member.accessToken);
    const refused = await server.get("/reports/owners/all", member.accessToken);
    expect(refused.headers.has("www-authenticate")).toBe(false);
    expect(await statusAndCode(refused)).toEqual([403, "forbidden"]);
  });

  test("passes unexpected errors to the host", async () => {
    const server = await openHost(place);
    server.curfew.sessions.verify = () => Promise.reject(new Error("a bug"));
    const response = await server.get("/reports/today", "token");
    expect([response.status, await response.text()]).toEqual([500, "host: a bug"]);
  });
});
