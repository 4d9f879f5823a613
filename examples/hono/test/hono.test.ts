import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
    expect((await app.request("/")).headers.get("location")).toBe("/sign-in");
    const revoke = "/api/accounts/me/security/revoke-sessions";
    expect((await app.request(revoke, { method: "POST", headers })).status).toBe(200);
    expect(await (await app.request("/notes", { headers })).json()).toMatchObject({
      code: "session_revoked",
      reason: "revoked_by_owner",
    });
  });
});
