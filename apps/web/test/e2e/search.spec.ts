import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { expect, test } from "./support/test.js";
import { newMember } from "./support/users.js";

const field = (page: Page) => page.getByRole("searchbox", { name: "Search" });
const rows = (page: Page) => page.getByRole("list", { name: "Members" }).getByRole("listitem");

test("an owner finds a member by name or e-mail, without accents, among those on the server, and Escape shows everybody", async ({
  owner,
  ada,
  service,
}) => {
  await newMember(service, ada, { name: "Zoë Übel" });
  await newMember(service, ada, { name: "Edsger Dijkstra" });
  await owner.goto("/account/members");
  await expect(rows(owner)).toHaveCount(3);
  await field(owner).fill("zoe ub");
  await expect(owner.getByText("1 person found.")).toBeVisible();
  await expect(rows(owner)).toHaveCount(1);
  await expect(rows(owner).locator("mark").first()).toHaveText("Zoë Üb");
  await field(owner).fill("no such person");
  await expect(owner.getByText("Nobody here has “no such person” in their name or e-mail.")).toBeVisible();
  await expect(rows(owner)).toHaveCount(0);
  await owner.keyboard.press("Escape");
  await expect(rows(owner)).toHaveCount(3);
  await expect(field(owner)).toBeFocused();
});

test("of a search that is slow or fails, no older answer and no 'nobody' is shown", async ({
  owner,
  grace,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const release: (() => void)[] = [];
  await owner.route(/members\?.*q=lovelace/, async (route) => {
    await new Promise<void>((resolve) => release.push(resolve));
    await route.continue();
  });
  await owner.route(/members\?.*q=fails/, (route) => route.abort());
  await owner.goto("/account/members");
  await field(owner).fill("lovelace");
  await expect.poll(() => release.length).toBe(1);
  await field(owner).fill("hopper");
  await expect(owner.getByText("1 person found.")).toBeVisible();
  const late = owner.waitForResponse(/q=lovelace/);
  release[0]?.();
  await late;
  await expect(rows(owner)).toHaveCount(1);
  await expect(rows(owner)).toContainText(grace.email);
  await field(owner).fill("fails");
  await expect(owner.getByRole("alert").filter({ hasText: "could not be loaded" })).toBeVisible();
  await expect(owner.getByText(/Nobody here/)).toHaveCount(0);
  await expect(rows(owner)).toHaveCount(0);
});

test("the pages of an owner ask for a page of people, and show no more, however many there are", async ({
  owner,
}) => {
  const people = Array.from({ length: 50 }, (_, index) => ({
    id: `01a22c3e-c1a8-756d-9575-6aa5d8c1${1000 + index}`,
    name: `Person ${index}`,
    email: `person-${index}@example.com`,
    role: "member",
    status: "active",
    last_login_at: null,
  }));
  const queries: (string | null)[] = [];
  await owner.route(/accounts\/me\/members/, (route) => {
    queries.push(new URL(route.request().url()).search);
    return route.fulfill({ json: { items: people, next_cursor: "more" } });
  });
  await owner.goto("/account/members");
  await expect(rows(owner)).toHaveCount(50);
  await expect(owner.getByRole("button", { name: "Show more" })).toBeVisible();
  expect(queries).toEqual(["?limit=50"]);
});
