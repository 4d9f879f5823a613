import { MINUTE_MS, SECOND_MS } from "./support/durations.js";
import { REFUSED } from "./support/guard.js";
import { signInByApi } from "./support/people.js";
import { expect, test } from "./support/test.js";

const RECONNECTING = /Reconnecting/;

test.beforeEach(({ guard }) => guard.allow(REFUSED));

test("offline, the page and the session stay; 'reconnecting' is said if it lasts, and unsaid when it is over", async ({
  owner,
  context,
  time,
}) => {
  await context.setOffline(true);
  await time.advance(6 * MINUTE_MS);
  await owner.keyboard.press("Shift");
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await expect(owner.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(owner).toHaveURL("/");
  await context.setOffline(false);
  await time.advance(MINUTE_MS);
  await expect(owner.getByText(RECONNECTING)).toBeHidden({ timeout: 15_000 });
  await expect(owner).toHaveURL("/");
});

test("a server in trouble is no verdict: the page stays, and goes on when the trouble is over", async ({
  owner,
  service,
  time,
}) => {
  await service.outage(true);
  await time.advance(6 * MINUTE_MS);
  await owner.keyboard.press("Shift");
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await service.outage(false);
  await time.advance(MINUTE_MS);
  await expect(owner.getByText(RECONNECTING)).toBeHidden({ timeout: 15_000 });
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await expect(owner.getByRole("link", { name: /Your sessions/ })).toBeVisible();
});

test("a first load that can't reach the server waits with the same words, and never shows the sign-in page", async ({
  owner,
  time,
}) => {
  const addresses: string[] = [];
  owner.on("framenavigated", (frame) => addresses.push(frame.url()));
  await owner.route("**/api/**", (route) => route.abort());
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

test("a first load while the server is in trouble goes through once it is over", async ({
  owner,
  service,
  time,
}) => {
  await service.outage(true);
  await owner.reload();
  await time.advance(20 * SECOND_MS);
  await expect(owner.getByText(RECONNECTING)).toBeVisible({ timeout: 15_000 });
  await service.outage(false);
  await time.advance(MINUTE_MS);
  await expect(owner.getByRole("heading", { level: 1 })).toContainText("Ada", { timeout: 15_000 });
  await expect(owner).toHaveURL("/");
});

test("a slow server is waited for", async ({ owner, service }) => {
  await service.stall(true);
  await owner.reload();
  await expect(owner.getByText("Loading…")).toBeAttached();
  await service.stall(false);
  await expect(owner.getByRole("heading", { level: 1 })).toContainText("Ada");
});

test("a stream that is cut comes back, and then tells of a revocation as before", async ({
  owner,
  service,
  time,
  ada,
}) => {
  const device = await signInByApi(service, ada);
  const again = owner.waitForRequest("**/api/auth/events");
  await service.cutStreams();
  await time.advance(30 * SECOND_MS);
  await again;
  await device.call("POST", "/api/users/me/sessions/revoke-others");
  await expect(owner).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_user/);
});

test("where no stream can be had, a revoked session's tab leaves at its next request", async ({
  owner,
  service,
  ada,
}) => {
  await owner.route("**/api/auth/events", (route) => route.abort());
  await owner.reload();
  await owner.getByRole("heading", { level: 1 }).waitFor();
  const device = await signInByApi(service, ada);
  await device.call("POST", "/api/users/me/sessions/revoke-others");
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await owner.getByRole("link", { name: /Your sessions/ }).click();
  await expect(owner).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_user/);
});

test("an access token that has expired is renewed in passing: nobody is asked anything", async ({
  owner,
  time,
}) => {
  await time.advance(12 * MINUTE_MS);
  await owner.getByRole("link", { name: "Account", exact: true }).click();
  await owner.getByRole("link", { name: /Your sessions/ }).click();
  await expect(owner.getByText("This device")).toBeVisible();
});

test("a deadline that passes while the server is down ends nothing until the server says so", async ({
  owner,
  service,
  time,
}) => {
  await service.outage(true);
  await time.advance(62 * MINUTE_MS);
  await time.advance(10 * SECOND_MS);
  await expect(owner).toHaveURL("/");
  await service.outage(false);
  await time.advance(2 * MINUTE_MS);
  await expect(owner).toHaveURL(/\/login\?reason=session_expired&cause=idle/, { timeout: 15_000 });
});
