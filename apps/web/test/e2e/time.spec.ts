import { signInByApi } from "./support/people.js";
import { expect, test } from "./support/test.js";

const HOUR_MS = 3_600_000;
const A_MOMENT_MS = 2_000;

test("a jump of time takes the service and an open page along alike", async ({ page, service, time }) => {
  await page.goto("/docs");
  const before = { page: await page.evaluate(() => Date.now()), service: await service.now() };
  expect(Math.abs(before.page - before.service)).toBeLessThan(A_MOMENT_MS);
  await time.advance(30 * HOUR_MS);
  const after = { page: await page.evaluate(() => Date.now()), service: await service.now() };
  expect(after.page - before.page).toBeGreaterThanOrEqual(30 * HOUR_MS);
  expect(Math.abs(after.page - after.service)).toBeLessThan(A_MOMENT_MS);
});

test("the service has ended what expired once a jump is over", async ({ ada, service, time }) => {
  const device = await signInByApi(service, ada);
  await time.advance(59 * 60_000);
  await device.refresh();
  await time.advance(HOUR_MS);
  await expect(device.refresh()).rejects.toThrow(/401.*session_expired/);
});

test("an outage is a 503 and no verdict, and what is stalled is answered later", async ({ ada, service }) => {
  const device = await signInByApi(service, ada);
  await service.outage(true);
  await expect(device.refresh()).rejects.toThrow("503");
  await service.outage(false);
  await service.stall(true);
  const answer = device.refresh();
  await service.stall(false);
  await answer;
  await expect(device.call("GET", "/api/accounts/me")).resolves.toMatchObject({ name: "Example Ltd" });
});
