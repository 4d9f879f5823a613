import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { transpile } from "../../support/transpile.js";

const FOLDER = new URL("../", import.meta.url);
const MINUTE = 60_000;

let server: RunningServer;

beforeAll(async () => {
  await transpile(fileURLToPath(FOLDER));
  server = await runServer(FOLDER, ["dist/server.js"]);
}, 300_000);

afterAll(() => server?.stop());

const call = (method: string, path: string, cookie = "", body?: URLSearchParams): Promise<Response> =>
  fetch(server.origin + path, { method, headers: { cookie }, ...(body === undefined ? {} : { body }) });

const answerOf = async (path: string, cookie: string): Promise<unknown> =>
  (await call("GET", path, cookie)).json();

const signIn = async (email: string, cookie = ""): Promise<string> => {
  const form = new URLSearchParams({ email, password: "an example password" });
  const response = await call("POST", "/sign-in", cookie, form);
  expect(response.status).toBe(200);
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
};

const countOf = async (cookie: string): Promise<number> =>
  ((await answerOf("/api/accounts/me/security", cookie)) as { active_session_count: number })
    .active_session_count;

describe("plain Node", () => {
  test("keeps in who is at work, and signs out at the deadline with the reason", async () => {
    const cookie = await signIn("ben@acme.example");
    for (let hours = 0; hours < 3; hours++) {
      expect(await answerOf("/notes", cookie)).toEqual({ notesOf: "2" });
      await server.advance(50 * MINUTE);
    }
    await server.advance(11 * MINUTE);
    expect(await answerOf("/", cookie)).toEqual({ state: "ended", reason: "idle" });
  });

  test("signs everyone of one company out for its owner, and the next request of each is refused", async () => {
    const [ada, ben, cleo] = [
      await signIn("ada@acme.example"),
      await signIn("ben@acme.example"),
      await signIn("cleo@globex.example"),
    ];
    for (const cookie of [ada, ben, cleo]) expect((await call("GET", "/notes", cookie)).status).toBe(200);
    const hoarded = await signIn("ben@acme.example");
    for (const cookie of [ben, `connect.${ada}; ${ben}`])
      expect((await call("GET", "/billing", cookie)).status).toBe(403);
    expect(await answerOf("/billing", ada)).toEqual({ billingOf: "acme" });
    const revoked = await call("POST", "/api/accounts/me/security/revoke-sessions", ada);
    expect(await revoked.json()).toEqual({ revoked_count: 2 });
    for (const cookie of [ada, ben, hoarded])
      expect(await answerOf("/notes", cookie)).toMatchObject({ reason: "revoked_by_owner" });
    expect(await answerOf("/notes", cleo)).toEqual({ notesOf: "3" });
  });

  test("keeps its cookie from other sites and from scripts, and people's data out of caches", async () => {
    const form = new URLSearchParams({ email: "cleo@globex.example", password: "an example password" });
    const { headers } = await call("POST", "/sign-in", "", form);
    expect(headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax$/);
    for (const path of ["/", "/notes", "/billing"]) {
      const answer = await call("GET", path, headers.get("set-cookie")?.split(";")[0]);
      expect([path, answer.status, answer.headers.get("cache-control")]).toEqual([path, 200, "no-store"]);
    }
  });

  test("answers a 503 where Curfew's store is down, and signs nobody out", async () => {
    const cookie = await signIn("cleo@globex.example");
    await server.setStoreDown(true);
    const sent = [call("GET", "/", cookie), call("GET", "/notes", cookie)];
    const answers = await Promise.all(sent).finally(() => server.setStoreDown(false));
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    expect(await answers[0]?.text()).toBe("Please try again in a moment. You are still signed in.");
    expect(await answerOf("/", cookie)).toEqual({ state: "signed_in" });
  });

  test("signs out and in again where Curfew's store is down, and logs what could not be ended", async () => {
    const cookie = await signIn("cleo@globex.example");
    const before = server.errors().length;
    await server.setStoreDown(true);
    try {
      const again = await signIn("cleo@globex.example", cookie);
      expect((await call("POST", "/sign-out", again)).status).toBe(204);
      for (const signedOut of [cookie, again])
        expect(await answerOf("/", signedOut)).toEqual({ state: "signed_out" });
    } finally {
      await server.setStoreDown(false);
    }
    expect(server.errors().slice(before)).toContain("disk I/O error");
  });

  test("refuses what a browser does not ask for", async () => {
    for (const path of ["*", "http://x/notes", "x:y"]) {
      const sent = request(server.origin, { method: "OPTIONS", path }).end();
      const [answer] = await once(sent, "response");
      answer.resume();
      expect([path, answer.statusCode]).toEqual([path, 400]);
    }
  });

  test("ends the session at every sign-out, and the old session at a new sign-in", async () => {
    const cleo = await signIn("cleo@globex.example");
    const before = await countOf(cleo);
    const again = await signIn("cleo@globex.example", cleo);
    expect(await countOf(again)).toBe(before);
    expect((await call("POST", "/sign-out", again)).status).toBe(204);
    expect(await answerOf("/notes", again)).toMatchObject({ code: "unauthenticated" });
    const other = await signIn("cleo@globex.example");
    const { status, headers } = await call("POST", "/api/auth/logout", other);
    expect([status, headers.get("set-cookie")]).toEqual([204, "own_session=; Path=/; Max-Age=0"]);
    expect(await answerOf("/notes", other)).toMatchObject({ code: "unauthenticated" });
  });
});
