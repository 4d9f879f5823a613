import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.js";
import { MINUTE_MS } from "./support/time.js";
import { signInByApi } from "./support/users.js";

const trail = (page: Page) => page.getByRole("region", { name: "Recent activity" });

test("the recent activity lists events as sentences with their age, newest first", async ({
  owner,
  service,
  ada,
  grace,
  time,
}) => {
  const device = await signInByApi(service, ada);
  await device.call("PATCH", "/api/accounts/me/security", { idle_minutes: 15 });
  await time.advance(5 * MINUTE_MS);
  await signInByApi(service, grace);
  await owner.goto("/account/security");
  const rows = trail(owner).getByRole("listitem");
  await expect(rows.first()).toContainText("Grace Hopper signed in");
  await expect(
    rows.filter({ hasText: "Ada Lovelace changed the idle timeout from 60 to 15 minutes · 5 minutes ago" }),
  ).toHaveCount(1);
  await expect(rows.filter({ hasText: "Grace Hopper joined as a member" })).toHaveCount(1);
});

test("the recent activity can be filtered by type, and shows more on demand", async ({
  owner,
  service,
  ada,
}) => {
  for (let count = 0; count < 25; count += 1) await signInByApi(service, ada);
  await owner.goto("/account/security");
  const rows = trail(owner).getByRole("listitem");
  await expect(rows).toHaveCount(20);
  await trail(owner).getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(25);
  await trail(owner).getByLabel("Type").selectOption("account.created");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Ada Lovelace created the account Example Ltd");
  await trail(owner).getByLabel("Type").selectOption("member.disabled");
  await expect(trail(owner)).toContainText("Nothing matches these filters.");
});

test("the whole audit trail can be downloaded as a CSV file", async ({ owner, ada }) => {
  await owner.goto("/account/security");
  const coming = owner.waitForEvent("download");
  await trail(owner).getByRole("button", { name: "Download CSV" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/^curfew-activity-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...lines] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  expect(head?.split(",")).toEqual(expect.arrayContaining(["id", "at", "type", "actor_email", "session_id"]));
  expect(lines.filter((line) => line.includes("user.signed_in") && line.includes(ada.email))).not.toEqual([]);
  expect(lines.filter((line) => line.includes("account.created"))).toHaveLength(1);
});
