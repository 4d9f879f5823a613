import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, type TestBrowser } from "../../support/browser.js";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { loosenPolicy, signEveryoneOut, signIn, statusOf, workThenLeave } from "../../support/stories.js";

const FOLDER = new URL("../", import.meta.url);
const NEXT = createRequire(import.meta.url).resolve("next/dist/bin/next");
const PATIENCE = 900_000;

let server: RunningServer;
let browser: TestBrowser;

beforeAll(async () => {
  // Without a secret and a database: the build opens neither.
  await promisify(execFile)(process.execPath, [NEXT, "build"], {
    cwd: fileURLToPath(FOLDER),
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  server = await runServer(FOLDER, [NEXT, "start"], { NEXT_TELEMETRY_DISABLED: "1" });
  browser = await openBrowser(server);
}, PATIENCE);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe("Next.js, built", { timeout: PATIENCE }, () => {
  test("warns at five minutes, keeps in who is at work, and signs out at the deadline with the reason", async () => {
    await workThenLeave(browser, await signIn(browser, "ben@acme.example"), "/api/auth/session");
  });

  test("shows the owner's page; everyone is out at once, and the next request of each is refused", () =>
    signEveryoneOut(browser));

  test("a server component knows its person, and sends whoever was signed out to the page that tells why", async () => {
    const page = await signIn(browser, "ada@acme.example");
    await page.getByRole("heading", { name: "Hello Ada Park" }).waitFor();
    const shown = await page.request.get("/");
    expect(shown.headers()["cache-control"]).toContain("no-store");
    const revoke = await page.request.post("/api/accounts/me/security/revoke-sessions");
    expect(revoke.status()).toBe(200);
    const answer = await page.request.get("/", { maxRedirects: 0 });
    expect([answer.status(), answer.headers()["location"]]).toEqual([
      307,
      "/sign-in?reason=revoked_by_owner",
    ]);
    expect(answer.headers()["cache-control"]).toContain("no-store");
  });

  test("asks the owner for the password where the policy is loosened, keeps the page, and saves the change", async () => {
    const page = await signIn(browser, "ada@acme.example");
    await page.goto("/security");
    await page.getByRole("radio", { name: "Custom" }).waitFor();
    await loosenPolicy(browser, page);
    expect(new URL(page.url()).pathname).toBe("/security");
    const policy = await (await page.request.get("/api/accounts/me/security")).json();
    expect(policy.effective_idle_minutes).toBe(90);
  });

  test("signs out through the browser part, which takes the product's cookie", async () => {
    const page = await signIn(browser, "cleo@globex.example");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL("**/sign-in**");
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain("own_session");
  });

  test("answers a 503 and a page that says so where Curfew's store is down, and signs nobody out but who wants to", async () => {
    const page = await signIn(browser, "ada@acme.example");
    const leaver = await signIn(browser, "cleo@globex.example");
    await server.setStoreDown(true);
    // What the process remembers is good for two seconds.
    await server.advance(5000);
    for (const path of ["/api/auth/session", "/billing"]) expect(await statusOf(page, path)).toBe(503);
    expect(await statusOf(page, "/")).toBe(500);
    await page.reload();
    await page.getByText("You are still signed in.").waitFor();
    await leaver.getByRole("button", { name: "Sign out", exact: true }).click();
    await leaver.waitForURL("**/sign-in");
    expect((await leaver.context().cookies()).map(({ name }) => name)).not.toContain("own_session");
    await server.setStoreDown(false);
    await server.advance(5000);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Hello Ada Park" }).waitFor();
  });

  // The last one: the server's clock starts again, while those of the pages are ahead.
  test("stops while a signed-in page is open", { timeout: 120_000 }, async () => {
    const page = await signIn(browser, "ben@acme.example");
    await server.restart();
    expect(await statusOf(page, "/sign-in")).toBe(200);
  });
});
