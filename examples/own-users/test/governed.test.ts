import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningExample, runExample } from "./running-example.js";

const SERVER = fileURLToPath(new URL("../governed.js", import.meta.url));

let server: RunningExample;

const call = (path: string, init: { cookie?: string; body?: unknown } = {}) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: init.body === undefined ? "GET" : "POST",
    headers: {
      ...(init.cookie === undefined ? {} : { cookie: init.cookie }),
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });

const signIn = async (email: string): Promise<string> => {
  const answer = await call("/login", { body: { email, password: "an example password" } });
  expect(answer.status).toBe(204);
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
};

beforeAll(async () => {
  server = await runExample(SERVER);
});

afterAll(() => server.stop());

describe("a server with its own cookies", () => {
  test("governs its sessions in fewer than 40 lines", async () => {
    const text = await readFile(SERVER, "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThan(40);
  });

  test("answers a signed-in person, and nobody with a wrong password or no cookie", async () => {
    const cookie = await signIn("ben@example.com");
    const notes = await call("/notes", { cookie });
    expect([await notes.json(), notes.headers.get("cache-control")]).toEqual([{ notes_of: "2" }, "no-store"]);
    const wrong = await call("/login", { body: { email: "ben@example.com", password: "another" } });
    expect([wrong.status, await wrong.json()]).toEqual([401, { code: "invalid_credentials" }]);
    expect((await call("/notes")).status).toBe(401);
  });

  test("signs everyone out for an owner alone, tells each why, and takes their cookies", async () => {
    const [ada, ben] = [await signIn("ada@example.com"), await signIn("ben@example.com")];
    expect((await call("/sign-everyone-out", { cookie: ben, body: {} })).status).toBe(403);
    expect((await call("/sign-everyone-out", { cookie: ada, body: {} })).status).toBe(200);
    for (const cookie of [ada, ben]) {
      const answer = await call("/notes", { cookie });
      expect([answer.status, await answer.json()]).toEqual([
        401,
        { code: "session_revoked", reason: "revoked_by_owner" },
      ]);
      expect(answer.headers.get("set-cookie")).toMatch(/^own_session=;/);
    }
    expect(await (await call("/notes", { cookie: ada })).json()).toEqual({ code: "unauthenticated" });
  });
});
