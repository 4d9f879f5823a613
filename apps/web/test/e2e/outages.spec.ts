import { FAILED_REQUEST } from "./support/page-errors.js";
import { fillSignIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { MINUTE_MS, SECOND_MS } from "./support/time.js";
import { signInByApi } from "./support/users.js";

const RECONNECTING = /Reconnecting/;
const KEPT = "What you typed is still here";

test.beforeEach(({ pageErrors }) => pageErrors.allow(FAILED_REQUEST));

test("offline, the page and the session stay, and a reconnecting message is shown until the connection is back", async ({
  owner,
  context,
  time,
}) => {
  await context.setOffline(true);
  await time.advance(6 * MINUTE_MS);
  await owner.keyboard.press("Shift");
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await expect(owner.getByRole("button", { name: "Sign out", exact: true })).toBeVisible();
  await expect(owner).toHaveURL("/");
  await context.setOffline(false);
  await time.advance(MINUTE_MS);
  await expect(owner.getByText(RECONNECTING)).toBeHidden({ timeout: 15_000 });
  await expect(owner).toHaveURL("/");
});

test("while the key's storage hangs, the page and the session stay, and it recovers afterwards", async ({
  owner,
  time,
}) => {
  await owner.evaluate(() => {
    // A request that never gets an event, as while a deletion is blocked.
    indexedDB.open = () =>
      Object.create(IDBOpenDBRequest.prototype, {
        onsuccess: { set() {} },
        onerror: { set() {} },
        onupgradeneeded: { set() {} },
      });
  });
  await time.advance(6 * MINUTE_MS);
  await owner.keyboard.press("Shift");
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await expect(owner).toHaveURL("/");
  await expect(owner.getByText(/This browser's storage doesn't answer/)).toBeVisible();
  expect(await owner.evaluate(async () => (await navigator.locks.query()).pending ?? [])).toEqual([]);
  await owner.evaluate(() => Reflect.deleteProperty(indexedDB, "open"));
  await time.advance(MINUTE_MS);
  await expect(owner.getByText(RECONNECTING)).toBeHidden({ timeout: 15_000 });
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await expect(owner.getByRole("link", { name: /Your sessions/ })).toBeVisible();
});

test("while the key's storage hangs, a sign-in says so at once, and a page that loads waits, says so too and recovers", async ({
  owner,
  ada,
}) => {
  await owner.addInitScript(() => {
    indexedDB.open = () =>
      Object.create(IDBOpenDBRequest.prototype, {
        onsuccess: { set() {} },
        onerror: { set() {} },
        onupgradeneeded: { set() {} },
      });
  });
  await owner.goto("/login");
  await fillSignIn(owner, ada);
  await expect(owner.getByRole("alert")).toContainText("Allow this site to store data");
  await owner.goto("/");
  await expect(owner.getByText(/This browser's storage doesn't answer/)).toBeVisible({ timeout: 15_000 });
  expect(await owner.evaluate(async () => (await navigator.locks.query()).held ?? [])).toEqual([]);
  await owner.evaluate(() => Reflect.deleteProperty(indexedDB, "open"));
  await expect(owner.getByRole("heading", { level: 1 })).toContainText("Ada", { timeout: 40_000 });
  await expect(owner).toHaveURL("/");
});

test("while the server is unavailable the page stays, and it recovers afterwards", async ({
  owner,
  service,
  time,
}) => {
  await service.setOutage(true);
  await time.advance(6 * MINUTE_MS);
  await owner.keyboard.press("Shift");
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await service.setOutage(false);
  await time.advance(MINUTE_MS);
  await expect(owner.getByText(RECONNECTING)).toBeHidden({ timeout: 15_000 });
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await expect(owner.getByRole("link", { name: /Your sessions/ })).toBeVisible();
});

test("a first load without a connection, or behind a firewall's pages, shows the reconnecting message, and never the sign-in page", async ({
  owner,
  time,
}) => {
  const addresses: string[] = [];
  owner.on("framenavigated", (frame) => addresses.push(frame.url()));
  const firewall = [403, 404, 401, 200];
  await owner.route("**/api/**", (route) => {
    const status = firewall.shift();
    return status === undefined
      ? route.abort()
      : route.fulfill({ status, contentType: "text/html", body: "Blocked" });
  });
  await owner.reload();
  await expect(owner.getByText("Loading…")).toBeAttached();
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await expect(owner.getByRole("button", { name: "Sign in" })).toHaveCount(0);
  await owner.unroute("**/api/**");
  await time.advance(MINUTE_MS);
  await expect(owner.getByRole("heading", { level: 1 })).toContainText("Ada", { timeout: 15_000 });
  expect(addresses.filter((address) => address.includes("/login"))).toEqual([]);
});

test("a first load while the server is unavailable succeeds once it is back", async ({
  owner,
  service,
  time,
}) => {
  await service.setOutage(true);
  await owner.reload();
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await service.setOutage(false);
  await time.advance(MINUTE_MS);
  await expect(owner.getByRole("heading", { level: 1 })).toContainText("Ada", { timeout: 15_000 });
  await expect(owner).toHaveURL("/");
});

test("a first load waits for a slow server", async ({ owner, service }) => {
  await service.setStalled(true);
  await owner.reload();
  await expect(owner.getByText("Loading…")).toBeAttached();
  await service.setStalled(false);
  await expect(owner.getByRole("heading", { level: 1 })).toContainText("Ada");
});

test("a closed event stream is reopened, and then reports a revocation", async ({
  owner,
  service,
  time,
  ada,
}) => {
  const device = await signInByApi(service, ada);
  const reopened = owner.waitForRequest("**/api/auth/events");
  await service.cutStreams();
  await time.advance(30 * SECOND_MS);
  await reopened;
  await device.call("POST", "/api/users/me/sessions/revoke-others");
  await expect(owner).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_user/);
});

test("without an event stream, a tab of a revoked session goes to the sign-in page at its next call", async ({
  owner,
  service,
  time,
  ada,
}) => {
  await owner.route("**/api/auth/events", (route) => route.abort());
  await owner.reload();
  await owner.getByRole("heading", { level: 1 }).waitFor();
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toHaveCount(0);
  const device = await signInByApi(service, ada);
  await device.call("POST", "/api/users/me/sessions/revoke-others");
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await owner.getByRole("link", { name: /Your sessions/ }).click();
  await expect(owner).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_user/);
});

test("an expired access token is refreshed without asking the user", async ({ owner, time }) => {
  await time.advance(12 * MINUTE_MS);
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await owner.getByRole("link", { name: /Your sessions/ }).click();
  await expect(owner.getByText("This device")).toBeVisible();
});

test("a deadline that passes during an outage covers the page, and ends the session only when the server confirms it", async ({
  owner,
  service,
  time,
  ada,
}) => {
  const name = owner.getByText(ada.name).filter({ visible: true });
  await expect(name.first()).toBeVisible();
  await service.setOutage(true);
  await time.advance(62 * MINUTE_MS);
  await time.advance(10 * SECOND_MS);
  await expect(owner).toHaveURL("/");
  await expect(owner.getByRole("alert").filter({ hasText: "Your time is up." })).toContainText(RECONNECTING);
  // What is hidden has no role and no visible text.
  await expect(owner.getByText(/still signed in/)).toBeHidden();
  await expect(owner.getByRole("main")).toHaveCount(0);
  await expect(name).toHaveCount(0);
  await expect(owner.getByText(KEPT)).toHaveCount(0);
  await service.setOutage(false);
  await time.advance(2 * MINUTE_MS);
  await expect(owner).toHaveURL(/\/login\?reason=session_expired&cause=idle/, { timeout: 15_000 });
});

test("a deadline that passes during an outage under a form says that what was typed is kept, and keeps it", async ({
  owner,
  service,
  time,
  ada,
}) => {
  await owner.goto("/account");
  const name = owner.locator("input[name=name]");
  await name.fill("Ada King");
  await service.setOutage(true);
  await time.advance(62 * MINUTE_MS);
  await expect(owner.getByRole("alert").filter({ hasText: "Your time is up." })).toContainText(KEPT);
  await service.setOutage(false);
  await time.advance(2 * MINUTE_MS);
  const dialog = owner.getByRole("dialog", { name: "Confirm it's you" });
  await dialog.getByLabel("Password").fill(ada.password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog).toBeHidden();
  await expect(name).toHaveValue("Ada King");
});

test("a page of a proxy in place of a saved form's answer is trouble, and what was typed stays", async ({
  owner,
}) => {
  await owner.goto("/account");
  await owner.getByLabel("Name", { exact: true }).fill("Ada King");
  for (const answer of [{ status: 204 }, { status: 200, contentType: "text/html", body: "<p>Welcome" }]) {
    await owner.route("**/api/**", (route) => route.fulfill(answer));
    await owner.getByRole("button", { name: "Save", exact: true }).click();
    await expect(
      owner.getByText("Curfew can't be reached. Check your connection and try again."),
    ).toBeVisible();
    await expect(owner.getByLabel("Name", { exact: true })).toHaveValue("Ada King");
    await owner.unroute("**/api/**");
  }
});
