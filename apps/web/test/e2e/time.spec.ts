import { expect, test } from "./support/test.js";
import { signInByApi } from "./support/users.js";

const HOUR_MS = 3_600_000;
const A_MOMENT_MS = 2_000;

test("advancing time moves the service's and an open page's clock alike", async ({ page, service, time }) => {
  await page.goto("/docs");
  const before = { page: await page.evaluate(() => Date.now()), service: await service.now() };
  expect(Math.abs(before.page - before.service)).toBeLessThan(A_MOMENT_MS);
  await time.advance(30 * HOUR_MS);
  const after = { page: await page.evaluate(() => Date.now()), service: await service.now() };
  expect(after.page - before.page).toBeGreaterThanOrEqual(30 * HOUR_MS);
  expect(Math.abs(after.page - after.service)).toBeLessThan(A_MOMENT_MS);
});

test("once time has been advanced, the service refuses expired sessions", async ({ ada, service, time }) => {
  const device = await signInByApi(service, ada);
  await time.advance(59 * 60_000);
  await device.refresh();
  await time.advance(HOUR_MS);
  await expect(device.refresh()).rejects.toThrow(/401.*session_expired/);
});

test("an outage answers 503, and a stalled call is answered later", async ({ ada, service }) => {
  const device = await signInByApi(service, ada);
  await service.setOutage(true);
  await expect(device.refresh()).rejects.toThrow("503");
  await service.setOutage(false);
  await service.setStalled(true);
  const response = device.refresh();
  await service.setStalled(false);
  await response;
  await expect(device.call("GET", "/api/accounts/me")).resolves.toMatchObject({ name: "Example Ltd" });
});
