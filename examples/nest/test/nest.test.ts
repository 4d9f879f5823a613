import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { transpile } from "../../support/transpile.js";

const FOLDER = new URL("../", import.meta.url);

let server: RunningServer;

beforeAll(async () => {
  await transpile(fileURLToPath(FOLDER));
  server = await runServer(FOLDER, ["dist/main.js"]);
}, 300_000);

afterAll(() => server?.stop());

const call = (method: string, path: string, cookie: string, body?: unknown): Promise<Response> =>
  fetch(server.origin + path, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const answerOf = async (path: string, cookie: string): Promise<unknown> =>
  (await call("GET", path, cookie)).json();

const signIn = async (email: string): Promise<string> => {
  const response = await call("POST", "/sign-in", "", { email, password: "an example password" });
  expect(response.status).toBe(204);
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
};

describe("NestJS", () => {
  test("signs everyone of one company out for its owner, and its guard refuses each with the problem document", async () => {
    const [ada, ben, cleo] = [
      await signIn("ada@acme.example"),
      await signIn("ben@acme.example"),
      await signIn("cleo@globex.example"),
    ];
    for (const cookie of [ada, ben, cleo]) expect((await call("GET", "/notes", cookie)).status).toBe(200);
    const hoarded = await signIn("ben@acme.example");
    const refused = await call("GET", "/billing", ben);
    expect([refused.status, refused.headers.get("content-type"), await refused.json()]).toEqual([
      403,
      "application/problem+json",
      expect.objectContaining({ code: "forbidden" }),
    ]);
    expect(await answerOf("/billing", ada)).toEqual({ billingOf: "acme" });
    const revoke = "/api/accounts/me/security/revoke-sessions";
    expect(await (await call("POST", revoke, ada, {})).json()).toEqual({ revoked_count: 2 });
    expect(await answerOf("/", ada)).toEqual({ state: "ended", reason: "revoked_by_owner" });
    for (const cookie of [ben, hoarded])
      expect(await answerOf("/notes", cookie)).toMatchObject({
        code: "session_revoked",
        reason: "revoked_by_owner",
      });
    // Their ends have been told, so the product's own sessions are destroyed.
    for (const cookie of [ada, ben]) expect(await answerOf("/", cookie)).toEqual({ state: "signed_out" });
    expect(await answerOf("/notes", cleo)).toEqual({ notesOf: "3" });
  });

  test("keeps its cookie from other sites and from scripts, and people's data out of caches", async () => {
    const body = { email: "cleo@globex.example", password: "an example password" };
    const { headers } = await call("POST", "/sign-in", "", body);
    expect(headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax$/);
    for (const path of ["/", "/notes", "/billing"]) {
      const answer = await call("GET", path, headers.get("set-cookie")?.split(";")[0] ?? "");
      expect([path, answer.status, answer.headers.get("cache-control")]).toEqual([path, 200, "no-store"]);
    }
  });

  test("signs out where Curfew's store is down, and logs what could not be ended", async () => {
    const cookie = await signIn("cleo@globex.example");
    const before = server.errors().length;
    await server.setStoreDown(true);
    const { status } = await call("POST", "/sign-out", cookie).finally(() => server.setStoreDown(false));
    expect([status, await answerOf("/", cookie)]).toEqual([204, { state: "signed_out" }]);
    expect(server.errors().slice(before)).toContain("disk I/O error");
  });

  test("ends the session at the product's own sign-out", async () => {
    const cookie = await signIn("cleo@globex.example");
    expect(await answerOf("/", cookie)).toEqual({ state: "signed_in" });
    expect((await call("POST", "/sign-out", cookie)).status).toBe(204);
    expect(await answerOf("/notes", cookie)).toMatchObject({ code: "unauthenticated" });
  });
});
