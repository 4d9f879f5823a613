import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadersAdapter } from "next/dist/server/web/spec-extension/adapters/headers.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let directory: string;
let routes: typeof import("../app/api/[...curfew]/route.js");
let billing: typeof import("../app/billing/route.js");
let curfew: typeof import("../lib/sessions.js");
let own: typeof import("../lib/sign-in.js");

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-next-"));
  Object.assign(process.env, {
    PUBLIC_URL: "https://app.example",
    SESSIONS_DB: join(directory, "sessions.db"),
    SESSIONS_SECRET: randomBytes(32).toString("base64"),
    COOKIE_SECRET: randomBytes(32).toString("base64"),
  });
  routes = await import("../app/api/[...curfew]/route.js");
  billing = await import("../app/billing/route.js");
  curfew = await import("../lib/sessions.js");
  own = await import("../lib/sign-in.js");
}, 300_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

const requestOf = (path: string, cookie: string, init: RequestInit = {}): Request =>
  new Request(`https://app.example${path}`, { ...init, headers: { cookie } });

const cookieOf = (email: string): string => `${own.COOKIE}=${own.newSession(email, "an example password")}`;

describe("the route handlers of Next.js", () => {
  test("serve Curfew's routes and the product's own, each by the product's cookie", async () => {
    const [ada, ben] = [cookieOf("ada@acme.example"), cookieOf("ben@acme.example")];
    expect((await routes.GET(requestOf("/api/auth/session", "own_session=forged"))).status).toBe(401);
    const session = await routes.GET(requestOf("/api/auth/session", ben));
    expect(await session.json()).toMatchObject({ user: { name: "Ben Ito", account: { name: "Acme" } } });
    expect((await billing.GET(requestOf("/billing", ben), {})).status).toBe(403);
    expect(await (await billing.GET(requestOf("/billing", ada), {})).json()).toEqual({ billingOf: "acme" });
  });

  test("know the person of a page by what Next.js calls its headers", async () => {
    const asked = HeadersAdapter.seal(new Headers({ cookie: cookieOf("cleo@globex.example") }));
    const sessions = await curfew.sessions();
    expect(await sessions.current(asked)).toMatchObject({ state: "signed_in", user: { name: "Cleo Marsh" } });
  });

  test("refuse everyone whom an owner has signed out, with the reason", async () => {
    const [ada, ben] = [cookieOf("ada@acme.example"), cookieOf("ben@acme.example")];
    await routes.GET(requestOf("/api/auth/session", ben));
    const path = "/api/accounts/me/security/revoke-sessions";
    expect((await routes.POST(requestOf(path, ada, { method: "POST" }))).status).toBe(200);
    for (const cookie of [ada, ben]) {
      const refused = await billing.GET(requestOf("/billing", cookie), {});
      expect([refused.status, await refused.json()]).toEqual([
        401,
        expect.objectContaining({ code: "session_revoked", reason: "revoked_by_owner" }),
      ]);
    }
  });
});
