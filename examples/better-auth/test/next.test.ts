import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getMigrations } from "better-auth/db/migration";
import { expect, onTestFinished, test, vi } from "vitest";

const ORIGIN = "https://app.example";

test("in Next.js nothing is opened in the build, and all bundles share what the first request has opened", async () => {
  const directory = await mkdtemp(join(tmpdir(), "curfew-better-auth-next-"));
  const shared = globalThis as { auth?: unknown };
  onTestFinished(async () => {
    delete shared.auth;
    await rm(directory, { recursive: true, force: true });
  });
  const path = join(directory, "sessions.db");
  Object.assign(process.env, {
    PUBLIC_URL: ORIGIN,
    USERS_DB: ":memory:",
    SESSIONS_DB: path,
    SESSIONS_SECRET: randomBytes(32).toString("base64"),
    BETTER_AUTH_SECRET: "a secret of a test that is long enough",
  });
  vi.resetModules();
  const { auth } = await import("../next/auth.js");
  const { GET, PATCH, POST } = await import("../next/route.js");
  expect(existsSync(path)).toBe(false);

  await (await getMigrations((await auth()).options)).runMigrations();
  let cookie = "";
  const call = async (handler: typeof GET, method: string, to: string, body?: object) => {
    const request = new Request(`${ORIGIN}/api/auth${to}`, {
      method,
      headers: { origin: ORIGIN, cookie, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await handler(request);
    for (const line of answer.headers.getSetCookie()) cookie = line.split(";")[0] ?? "";
    return { status: answer.status, body: await answer.json() };
  };
  const ada = { name: "Ada", email: "ada@example.com", password: "an example password" };
  await call(POST, "POST", "/sign-up/email", ada);
  await call(POST, "POST", "/organization/create", { name: "Acme", slug: "acme" });
  const limits = { idle_minutes: 30 };
  expect(await call(PATCH, "PATCH", "/curfew/accounts/me/security", limits)).toMatchObject({
    status: 200,
    body: limits,
  });

  vi.resetModules();
  const other = await import("../next/route.js");
  expect(await call(other.GET, "GET", "/curfew/auth/session")).toMatchObject({
    status: 200,
    body: { session: { idle_minutes: 60 }, user: { role: "owner", account: { name: "Acme" } } },
  });
}, 120_000);
