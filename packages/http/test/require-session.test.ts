import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { requireSession, type SessionEnv } from "../src/index.js";
import { jsonOf, refusal } from "./world/reading.js";
import { openWorld } from "./world/world.js";

async function openHost() {
  const world = await openWorld();
  const app = new Hono<SessionEnv>();
  app.use("/reports/*", requireSession(world.curfew));
  app.use("/reports/owners/*", requireSession(world.curfew, { role: "owner" }));
  app.get("/reports/today", (c) => c.json(c.var.identity));
  app.get("/reports/owners/all", (c) => c.text("all"));
  app.onError((error, c) => c.text(`host: ${error.message}`, 500));
  const ask = (path: string, token?: string) =>
    app.request(path, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });
  return { ...world, ask, app };
}

describe("a host's own route", () => {
  test("is told who calls", async () => {
    const world = await openHost();
    const { accessToken, session, user } = await world.signIn({ role: "member" });
    const response = await world.ask("/reports/today", accessToken);
    expect(await jsonOf(response)).toMatchObject({
      accountId: world.accountId,
      userId: user.id,
      sessionId: session.id,
      role: "member",
    });
  });

  test("is closed to a call without a token, and says what would open it", async () => {
    const world = await openHost();
    const response = await world.ask("/reports/today");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="curfew"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await refusal(response)).toEqual([401, "unauthenticated"]);
  });

  test("is closed to a token of a session that was ended", async () => {
    const world = await openHost();
    const grant = await world.signIn();
    await world.curfew.sessions.signOut(grant.refreshToken);
    const response = await world.ask("/reports/today", grant.accessToken);
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await refusal(response)).toEqual([401, "session_revoked"]);
  });

  test("can be the owners' alone", async () => {
    const world = await openHost();
    const [owner, member] = [await world.signIn(), await world.signIn({ role: "member" })];
    expect((await world.ask("/reports/owners/all", owner.accessToken)).status).toBe(200);
    const refused = await world.ask("/reports/owners/all", member.accessToken);
    expect(refused.headers.has("www-authenticate")).toBe(false);
    expect(await refusal(refused)).toEqual([403, "forbidden"]);
  });

  test("leaves what is no refusal to the host", async () => {
    const world = await openHost();
    world.curfew.sessions.verify = () => Promise.reject(new Error("a bug"));
    const response = await world.ask("/reports/today", "token");
    expect([response.status, await response.text()]).toEqual([500, "host: a bug"]);
  });
});
