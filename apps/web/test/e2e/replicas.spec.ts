import type { Page } from "@playwright/test";
import { hasPostgres } from "../../../../scripts/postgres/server.js";
import { DpopKey } from "../../../server/test/harness/dpop-key.js";
import { PollingClient } from "../../../server/test/harness/polling-client.js";
import { closeConnections } from "../../../server/test/harness/sql-client.js";
import { newOwner } from "../../../server/test/harness/users.js";
import { newMember } from "./support/people.js";
import { expect, test, watchSignOuts } from "./support/replicas.js";

/** A revocation is told within a second of its answer, and a busy machine needs some time to show it. */
const SHOWN_MS = 2_000;
/** Longer than the revocation feed may be old. */
const PAUSE_MS = 3_000;
const DATABASE_DOWN_MS = 5_000;
/** How long a browser may wait before it tries again, on a machine with much else to do. */
const WHOLE_AGAIN_MS = 30_000;

const EVENTS = "/api/auth/events";
const REVOKE = "/api/accounts/me/security/revoke-sessions";
const POLICY = "/api/accounts/me/security";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function openSecurity(page: Page): Promise<void> {
  await page.goto("/account/security");
  await page.getByRole("button", { name: "Sign me out and everyone else" }).waitFor();
}

test.skip(!hasPostgres(), "no PostgreSQL is to be had for this platform");

// One set of replicas for all.
test.describe.configure({ mode: "default" });

test("an owner signs everyone else out at one replica: a tab whose stream hangs on another leaves at once, and says why", async ({
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

test("a policy that is saved at one replica is seen in a browser whose stream hangs on another", async ({
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

test("whatever is killed, stopped and cut meanwhile: nobody is shown a sign-in page, and no call is refused", async ({
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
  let over = false;
  const clicking = clickAround(page, () => over);
  const allAnswered = () => Promise.all(clients.map((client) => client.untilSucceeded(4)));

  await replicas[0]?.kill();
  await allAnswered();
  await replicas[0]?.start();

  replicas[1]?.pause();
  await pause(PAUSE_MS);
  replicas[1]?.resume();
  await allAnswered();

  await postgres.stop();
  const late = await page.context().newPage();
  await late.goto("/account/sessions");
  await pause(DATABASE_DOWN_MS);
  await postgres.start();
  await allAnswered();

  loadBalancer.dropConnections();
  await closeConnections(postgres.url);
  await allAnswered();

  over = true;
  await clicking;
  await Promise.all(clients.map((client) => client.stop()));
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
  await expect(late.getByText("This device")).toBeVisible({ timeout: WHOLE_AGAIN_MS });
  await worksAgain(page);
  expect(signOuts).toEqual([]);

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  for (const tab of [page, late]) await expect(tab).toHaveURL("/login");
});

/** Goes from page to page, as somebody who wonders why nothing loads. */
async function clickAround(page: Page, isOver: () => boolean): Promise<void> {
  const nav = page.getByRole("navigation", { name: "Main" });
  const rows = page.getByRole("main");
  while (!isOver())
    for (const [place, name] of [
      [nav, "Account"],
      [rows, "Your sessions"],
      [nav, "Account"],
      [rows, "Members"],
      [nav, "Home"],
    ] as const) {
      await place.getByRole("link", { name }).first().click();
      await expect(page.getByRole("button", { name: "Sign in", exact: true })).toHaveCount(0);
    }
}

/** Reads and writes, with nothing said of trouble. */
async function worksAgain(page: Page): Promise<void> {
  await expect(page.getByText(/Reconnecting/)).toBeHidden({ timeout: WHOLE_AGAIN_MS });
  await openSecurity(page);
  await page.getByRole("radio", { name: "Strict", exact: true }).check();
  await page.getByRole("button", { name: "Save policy" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
}
