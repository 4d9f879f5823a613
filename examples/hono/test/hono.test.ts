import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { setStoreDown } from "../../support/store-trouble.js";
import { signIn } from "../sign-in.js";

let directory: string;
let app: typeof import("../app.js").app;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-hono-"));
  Object.assign(process.env, {
    PUBLIC_URL: "http://localhost",
    SESSIONS_DB: join(directory, "sessions.db"),
    SESSIONS_SECRET: randomBytes(32).toString("base64"),
  });
  ({ app } = await import("../app.js"));
}, 300_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

describe("Hono", () => {
  test("serves Curfew's routes and the product's own by the product's cookie, until an owner ends the session", async () => {
    const cookie = signIn({ id: "1", name: "Ada Park", email: "ada@acme.example", role: "owner" }, "acme");
    const headers = { cookie };
    expect(await (await app.request("/", { headers })).text()).toBe("Hello Ada Park");
    expect(await (await app.request("/notes", { headers })).json()).toEqual({ notesOf: "1" });
    const hoarded = signIn({ id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member" }, "acme");
    expect(await (await app.request("/billing", { headers })).json()).toEqual({ billingOf: "acme" });
    const member = signIn({ id: "3", name: "Cy Roe", email: "cy@acme.example", role: "member" }, "acme");
    for (const each of [member, `connect.${cookie}; ${member}`]) {
      const refused = await app.request("/billing", { headers: { cookie: each } });
      expect([refused.status, await refused.json()]).toMatchObject([403, { code: "forbidden" }]);
    }
    expect((await app.request("/")).headers.get("location")).toBe("/sign-in");
    for (const path of ["/", "/notes"])
      expect((await app.request(path, { headers })).headers.get("cache-control")).toBe("no-store");
    const revoke = "/api/accounts/me/security/revoke-sessions";
    expect((await app.request(revoke, { method: "POST", headers })).status).toBe(200);
    for (const each of [cookie, hoarded])
      expect(await (await app.request("/notes", { headers: { cookie: each } })).json()).toMatchObject({
        code: "session_revoked",
        reason: "revoked_by_owner",
      });
    const page = await app.request("/", { headers });
    expect(page.headers.get("location")).toBe("/sign-in?reason=revoked_by_owner");
  });

  test("answers a 503 where Curfew's store is down, and sends nobody to the sign-in page", async () => {
    const cookie = signIn({ id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member" }, "acme");
    const headers = { cookie };
    setStoreDown(true);
    onTestFinished(() => setStoreDown(false));
    for (const path of ["/notes", "/api/auth/session", "/"]) {
      const answer = await app.request(path, { headers });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
      expect(await answer.json()).toMatchObject({ code: "unavailable" });
    }
    const page = await app.request("/", { headers: { ...headers, accept: "text/html" } });
    expect([page.status, page.headers.get("location")]).toEqual([503, null]);
    expect(await page.text()).toContain("You are still signed in.");
    setStoreDown(false);
    expect(await (await app.request("/", { headers })).text()).toBe("Hello Ben Ito");
  });
});
