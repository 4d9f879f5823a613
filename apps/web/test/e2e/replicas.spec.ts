import type { Page } from "@playwright/test";
import { hasPostgres } from "../../../../scripts/postgres/server.js";
import { DpopKey } from "../../../server/test/harness/dpop-key.js";
import { PollingClient } from "../../../server/test/harness/polling-client.js";
import { closeConnections } from "../../../server/test/harness/sql-client.js";
import { newOwner } from "../../../server/test/harness/users.js";
import { expect, test, watchSignOuts } from "./support/replicas.js";
import { newMember } from "./support/users.js";

/** A revocation reaches a stream within a second, and a busy machine needs some time to show it. */
const SHOWN_MS = 2_000;
/** Longer than the maximum age of a replica's last feed read. */
const PAUSE_MS = 3_000;
const DATABASE_DOWN_MS = 5_000;
/** How long a browser may take to retry and recover on a busy machine. */
const RECOVERY_TIMEOUT_MS = 30_000;

const EVENTS = "/api/auth/events";
const REVOKE = "/api/accounts/me/security/revoke-sessions";
const POLICY = "/api/accounts/me/security";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function openSecurity(page: Page): Promise<void> {
  await page.goto("/account/security");
  await page.getByRole("button", { name: "Sign me out and everyone else" }).waitFor();
}

test.skip(!hasPostgres(), "PostgreSQL is not available for this platform");

// All tests share one set of replicas.
test.describe.configure({ mode: "default" });

test("a sign-out of everyone else at one replica reaches a tab whose stream is at another, which goes to the sign-in page with the reason", async ({
  service,
  browserOf,
  ada,
}) => {
  const grace = await newMember(service, ada);
  service.loadBalancer.pin(EVENTS, 2);
  service.loadBalancer.pin(REVOKE, 0);
  const member = await browserOf(grace);
  const owner = await browserOf(ada);
  await openSecurity(owner);
  await expect.poll(() => service.loadBalancer.lastAnsweredBy(EVENTS)).toBe(2);
  await owner.getByRole("button", { name: "Sign out everyone except me" }).click();
  const answered = owner.waitForResponse(`**${REVOKE}`);
  await owner
    .getByRole("dialog")
    .getByRole("button", { name: /^Sign out everyone else/ })
    .click();
  await answered;
  await expect(member).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_owner/, {
    timeout: SHOWN_MS,
  });
  expect(service.loadBalancer.lastAnsweredBy(REVOKE)).toBe(0);
  await expect(member.getByText("An owner of your account signed you out")).toBeVisible();
  await expect(owner.getByText("Only you are signed in.")).toBeVisible();
});

test("a policy saved at one replica appears in a browser whose stream is at another", async ({
  service,
  browserOf,
  ada,
}) => {
  service.loadBalancer.pin(EVENTS, 1);
  service.loadBalancer.pin(POLICY, 0);
  const [saving, seeing] = [await browserOf(ada), await browserOf(ada)];
  await openSecurity(saving);
  await openSecurity(seeing);
  await expect.poll(() => service.loadBalancer.lastAnsweredBy(EVENTS)).toBe(1);
  service.loadBalancer.pin(POLICY, 2);
  await saving.getByRole("radio", { name: "Strict", exact: true }).check();
  await saving.getByRole("button", { name: "Save policy" }).click();
  await expect(saving.getByText("Saved", { exact: true })).toBeVisible();
  await expect(seeing.getByRole("radio", { name: "Strict", exact: true })).toBeChecked({ timeout: SHOWN_MS });
  await expect(seeing.getByLabel("Idle timeout (minutes)")).toHaveValue("15");
});

test("no sign-in page is shown and no call is refused while replicas, the database and connections fail", async ({
  service,
  browserOf,
  ada,
}) => {
  test.setTimeout(180_000);
  const { loadBalancer, replicas, postgres } = service;
  const page = await browserOf(ada);
  const signOuts = watchSignOuts(page.context());
  const clients = await Promise.all(
    [{}, { key: new DpopKey() }, { transport: "body" } as const].map(
      async (options) => new PollingClient(await newOwner(loadBalancer, options)),
    ),
  );
  for (const client of clients) client.start();
  let isOver = false;
  const clicking = clickAround(page, () => isOver);
  const allAnswered = () => Promise.all(clients.map((client) => client.untilSucceeded(2)));

  await replicas[0]?.kill();
  await allAnswered();
  await replicas[0]?.start();

  replicas[1]?.pause();
  await pause(PAUSE_MS);
  replicas[1]?.resume();
  await allAnswered();

  await postgres.stop();
  const secondTab = await page.context().newPage();
  await secondTab.goto("/account/sessions");
  await pause(DATABASE_DOWN_MS);
  await postgres.start();
  await allAnswered();

  loadBalancer.dropConnections();
  await closeConnections(postgres.url);
  await allAnswered();

  isOver = true;
  await clicking;
  await Promise.all(clients.map((client) => client.stop()));
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
  await expect(secondTab.getByText("This device")).toBeVisible({ timeout: RECOVERY_TIMEOUT_MS });
  await expectRecovered(page);
  expect(signOuts).toEqual([]);

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  for (const tab of [page, secondTab]) await expect(tab).toHaveURL("/login");
});

/** Follows links from page to page, as a user does when nothing loads. */
async function clickAround(page: Page, isOver: () => boolean): Promise<void> {
  const nav = page.getByRole("navigation", { name: "Main" });
  const rows = page.getByRole("main");
  while (!isOver())
    for (const [container, name] of [
      [nav, "Account"],
      [rows, "Your sessions"],
      [nav, "Account"],
      [rows, "Members"],
      [nav, "Home"],
    ] as const) {
      await container.getByRole("link", { name }).first().click();
      await expect(page.getByRole("button", { name: "Sign in", exact: true })).toHaveCount(0);
    }
}

/** Expects that the page can read and write again, without the reconnecting message. */
async function expectRecovered(page: Page): Promise<void> {
  await expect(page.getByText(/Reconnecting/)).toBeHidden({ timeout: RECOVERY_TIMEOUT_MS });
  await openSecurity(page);
  await page.getByRole("radio", { name: "Strict", exact: true }).check();
  await page.getByRole("button", { name: "Save policy" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
}
