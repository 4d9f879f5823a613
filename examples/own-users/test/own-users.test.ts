import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningExample, runExample } from "./running-example.js";

const SERVER = fileURLToPath(new URL("../server.js", import.meta.url));
const PASSWORD = "an example password";

interface Grant {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly session: { readonly id: string; readonly idle_minutes: number };
  readonly user: { readonly id: string; readonly role: string; readonly account: { readonly name: string } };
}

interface Problem {
  readonly code: string;
  readonly reason?: string;
  readonly ended_at?: string;
}

let server: RunningExample;

const call = (
  path: string,
  init: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: init.body === undefined ? "GET" : "POST",
    headers: {
      ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });

const signIn = async (email: string): Promise<Grant & { refresh_token: string }> => {
  const answer = await call("/api/auth/login", { body: { email, password: PASSWORD, transport: "body" } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Grant & { refresh_token: string };
};

beforeAll(async () => {
  server = await runExample(SERVER);
});

afterAll(() => server.stop());

describe("a server with its own users", () => {
  test("has fewer than 60 lines", async () => {
    const text = await readFile(SERVER, "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThan(60);
  });

  test("checks the password of its own table and starts a session under the policy", async () => {
    const grant = await signIn("ada@example.com");
    expect(grant.user).toMatchObject({ role: "owner", account: { name: "Example" } });
    expect(grant.session.idle_minutes).toBe(60);
  });

  test.each([
    ["a wrong password", "ada@example.com", "another password"],
    ["an unknown e-mail", "eve@example.com", PASSWORD],
  ])("refuses %s with invalid_credentials", async (_, email, password) => {
    const answer = await call("/api/auth/login", { body: { email, password } });
    expect(answer.status).toBe(401);
    expect(((await answer.json()) as Problem).code).toBe("invalid_credentials");
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  test("sends a browser's refresh token only as an HttpOnly cookie", async () => {
    const body = { email: "ben@example.com", password: PASSWORD };
    const answer = await call("/api/auth/login", {
      body,
      headers: { origin: `http://localhost:${server.port}` },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toHaveProperty("refresh_token");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^curfew_refresh_\d+=cft1\..*; HttpOnly; SameSite=Strict$/,
    );
  });

  test("refuses a cross-origin sign-in", async () => {
    const body = { email: "ben@example.com", password: PASSWORD };
    const answer = await call("/api/auth/login", { body, headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
    expect(((await answer.json()) as Problem).code).toBe("cross_origin");
  });

  test("ends the browser's previous session at a new sign-in", async () => {
    const body = { email: "ben@example.com", password: PASSWORD };
    const first = await call("/api/auth/login", { body });
    const { access_token: token } = (await first.json()) as Grant;
    const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await call("/api/auth/login", { body, headers: { cookie } })).status).toBe(200);
    const answer = await call("/notes", { token });
    expect(await answer.json()).toMatchObject({ code: "session_revoked", reason: "signed_out" });
  });

  test("protects its own route with requireSession", async () => {
    const { access_token: token, user } = await signIn("ben@example.com");
    const answer = await call("/notes", { token });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ notes_of: user.id });

    const refused = await call("/notes");
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(((await refused.json()) as Problem).code).toBe("unauthenticated");
  });

  test("refreshes a session, which stays the same", async () => {
    const before = await signIn("ben@example.com");
    const answer = await call("/api/auth/refresh", { body: { refresh_token: before.refresh_token } });
    expect(answer.status).toBe(200);
    const after = (await answer.json()) as Grant;
    expect(after.session.id).toBe(before.session.id);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect((await call("/notes", { token: after.access_token })).status).toBe(200);
  });

  test("refuses a member's call to sign everyone out", async () => {
    const { access_token: token } = await signIn("ben@example.com");
    const answer = await call("/api/accounts/me/security/revoke-sessions", { token, body: {} });
    expect(answer.status).toBe(403);
    expect(((await answer.json()) as Problem).code).toBe("forbidden");
  });

  test("signs everyone out for an owner, with the reason revoked_by_owner", async () => {
    const ada = await signIn("ada@example.com");
    const ben = await signIn("ben@example.com");
    const sessions = await call("/api/accounts/me/security", { token: ada.access_token });
    const { active_session_count: liveCount } = (await sessions.json()) as { active_session_count: number };

    const revoked = await call("/api/accounts/me/security/revoke-sessions", {
      token: ada.access_token,
      body: {},
    });
    expect(revoked.status).toBe(200);
    expect(await revoked.json()).toEqual({ revoked_count: liveCount });

    const refused = await call("/notes", { token: ben.access_token });
    expect(refused.status).toBe(401);
    const problem = (await refused.json()) as Problem;
    expect(problem).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });

    const answer = await call("/api/auth/refresh", { body: { refresh_token: ben.refresh_token } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      code: "session_revoked",
      reason: "revoked_by_owner",
      ended_at: problem.ended_at,
    });
  });

  test("keeps live and ended sessions across a restart", async () => {
    const live = await signIn("ada@example.com");
    const ended = await signIn("ben@example.com");
    const signedOut = await call("/api/auth/logout", { token: ended.access_token, body: {} });
    expect(signedOut.status).toBe(204);
    await server.restart();
    expect((await call("/notes", { token: live.access_token })).status).toBe(200);
    const answer = await call("/api/auth/refresh", { body: { refresh_token: ended.refresh_token } });
    expect(await answer.json()).toMatchObject({ code: "session_revoked", reason: "signed_out" });
  });
});
