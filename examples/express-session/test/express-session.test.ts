import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, type TestBrowser } from "../../support/browser.js";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { signEveryoneOut, signIn, statusOf, workThenLeave } from "../../support/stories.js";
import { transpile } from "../../support/transpile.js";

const FOLDER = new URL("../", import.meta.url);
const root = fileURLToPath(FOLDER);

/** A browser and a build on a busy machine. */
const PATIENCE = 300_000;

let server: RunningServer;
let browser: TestBrowser;

beforeAll(async () => {
  await Promise.all([transpile(root), build({ root, logLevel: "error" })]);
  server = await runServer(FOLDER, ["dist/server.js"]);
  browser = await openBrowser(server);
}, PATIENCE);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A cookie that signs in without a browser. */
async function cookieOf(email: string, cookie = ""): Promise<string> {
  const body = new URLSearchParams({ email, password: "an example password" });
  const response = await fetch(`${server.origin}/sign-in`, {
    method: "POST",
    body,
    headers: { cookie },
    redirect: "manual",
  });
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const isFresh = async (path: string, cookie = ""): Promise<boolean> => {
  const { headers } = await fetch(server.origin + path, { headers: { cookie }, redirect: "manual" });
  return headers.get("cache-control") === "no-store";
};

const answerTo = async (cookie: string): Promise<unknown> =>
  (await fetch(`${server.origin}/notes`, { headers: { cookie } })).json();

/** Signs in with the product's own form, in a tab of a browser that may have a session. */
async function signInAgain(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("an example password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
}

/** Another tab of the page's browser. */
async function secondTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto("/");
  await tab.getByRole("heading", { name: "Home" }).waitFor();
  return tab;
}

describe("Express with express-session", { timeout: PATIENCE }, () => {
  test("warns at five minutes, keeps in who is at work, and signs out at the deadline with the reason", async () => {
    await workThenLeave(browser, await signIn(browser, "ben@acme.example"), "/api/auth/session");
  });

  test("shows the owner's page; everyone is out at once, and the next request of each is refused", async () => {
    const cookie = await cookieOf("ben@acme.example");
    expect(await answerTo(cookie)).toEqual({ notesOf: "2" });
    await signEveryoneOut(browser);
    expect(await answerTo(cookie)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
    // Its end has been told, so the product's own session is destroyed.
    expect(await answerTo(cookie)).toMatchObject({ code: "unauthenticated" });
  });

  test("signs out with everyone a session that was not used since its sign-in", async () => {
    const [ada, hoarded] = [await cookieOf("ada@acme.example"), await cookieOf("ben@acme.example")];
    const path = "/api/accounts/me/security/revoke-sessions";
    const revoked = await fetch(server.origin + path, { method: "POST", headers: { cookie: ada } });
    expect(await revoked.json()).toEqual({ revoked_count: 1 });
    expect(await answerTo(hoarded)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
  });

  test("keeps its cookie from other sites and from scripts, and people's data out of caches", async () => {
    const body = new URLSearchParams({ email: "ben@acme.example", password: "an example password" });
    const signedIn = await fetch(`${server.origin}/sign-in`, { method: "POST", body, redirect: "manual" });
    expect(signedIn.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax$/);
    const cookie = await cookieOf("ben@acme.example");
    for (const path of ["/", "/security", "/notes", "/billing"])
      expect([path, await isFresh(path, cookie), await isFresh(path)]).toEqual([path, true, true]);
  });

  test("says so on a page where Curfew's store is down, and signs nobody out", async () => {
    const cookie = await cookieOf("ben@acme.example");
    await server.setStoreDown(true);
    try {
      for (const path of ["/", "/security"]) {
        const asked = await fetch(server.origin + path, { headers: { cookie }, redirect: "manual" });
        const sorry = "Please try again in a moment. You are still signed in.";
        expect([asked.status, await asked.text()]).toEqual([503, sorry]);
      }
    } finally {
      await server.setStoreDown(false);
    }
    expect(await answerTo(cookie)).toEqual({ notesOf: "2" });
  });

  test("signs out and in again where Curfew's store is down, and logs what could not be ended", async () => {
    const cookie = await cookieOf("ben@acme.example");
    const before = server.errors().length;
    await server.setStoreDown(true);
    try {
      const again = await cookieOf("ben@acme.example", cookie);
      const out = await fetch(`${server.origin}/sign-out`, {
        method: "POST",
        headers: { cookie: again },
        redirect: "manual",
      });
      expect([out.status, out.headers.get("location")]).toEqual([302, "/sign-in"]);
      for (const signedOut of [cookie, again])
        expect(await answerTo(signedOut)).toMatchObject({ code: "unauthenticated" });
    } finally {
      await server.setStoreDown(false);
    }
    expect(server.errors().slice(before)).toContain("disk I/O error");
  });

  test("says nothing on the sign-in page for a reason that it does not know", async () => {
    for (const reason of ["constructor", "__proto__", "<b>"]) {
      const page = await (await fetch(`${server.origin}/sign-in?reason=${reason}`)).text();
      expect(page).toContain('<p role="status"></p>');
    }
  });

  test("ends the session at the product's own sign-out, and the old session at a new sign-in", async () => {
    const page = await signIn(browser, "cleo@globex.example");
    const people = page.getByText(/^Only you are signed in|people are signed in/);
    await signInAgain(page, "cleo@globex.example");
    await page.goto("/security");
    await people.waitFor();
    const policy = await page.request.get("/api/accounts/me/security");
    const before = (await policy.json()).active_session_count;
    const cookie = await cookieOf("cleo@globex.example");
    const count = async () =>
      (await (await page.request.get("/api/accounts/me/security")).json()).active_session_count;
    await answerTo(cookie);
    expect(await count()).toBe(before + 1);
    await cookieOf("cleo@globex.example", cookie);
    expect(await count()).toBe(before);
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.waitForURL("**/sign-in**");
    expect(await statusOf(page, "/notes")).toBe(401);
  });

  test("goes where its own sign-out leads, however late the answer, and takes the other tabs to the sign-in page", async () => {
    const page = await signIn(browser, "ben@acme.example");
    const other = await secondTab(page);
    const hasLeft = other.waitForURL("**/sign-in?reason=signed_out");
    await page.route("**/sign-out", async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      await hasLeft;
      await route.fulfill({ response });
    });
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL((url) => url.pathname === "/sign-in");
    expect(new URL(page.url()).search).toBe("");
  });

  test("keeps the other tabs, with what is typed there, where the person signs in again", async () => {
    const page = await signIn(browser, "ben@acme.example");
    const other = await secondTab(page);
    await other.getByLabel("Notes").fill("tide tables");
    await signInAgain(page, "ben@acme.example");
    await browser.advance(5_000);
    expect(await statusOf(other, "/notes")).toBe(200);
    expect(new URL(other.url()).pathname).toBe("/");
    expect(await other.getByLabel("Notes").inputValue()).toBe("tide tables");
  });

  test("keeps a letter that is typed where an owner signs everyone out, and sends it once the person is back", async () => {
    const ben = await signIn(browser, "ben@acme.example");
    await ben.getByLabel("Letter").fill("tide tables");
    const ada = await cookieOf("ada@acme.example");
    const path = "/api/accounts/me/security/revoke-sessions";
    await fetch(server.origin + path, { method: "POST", headers: { cookie: ada } });
    const dialog = ben.getByRole("dialog", { name: "Confirm it's you" });
    await dialog.getByText("An owner of the account ended your session.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill("an example password");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await ben.getByLabel("Letter").inputValue()).toBe("tide tables");
    await ben.getByRole("button", { name: "Send" }).click();
    await ben.getByRole("heading", { name: "Home" }).waitFor();
    expect(await ben.getByLabel("Letter").inputValue()).toBe("");
    expect(await statusOf(ben, "/notes")).toBe(200);
  });

  test("loads the other tabs again where somebody else signs in", async () => {
    const page = await signIn(browser, "ben@acme.example");
    const other = await secondTab(page);
    await other.getByLabel("Notes").fill("tide tables");
    await Promise.all([other.waitForEvent("load"), signInAgain(page, "ada@acme.example")]);
    await other.getByRole("heading", { name: "Home" }).waitFor();
    expect(await other.getByLabel("Notes").inputValue()).toBe("");
  });
});
