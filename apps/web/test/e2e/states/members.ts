import type { Page } from "@playwright/test";
import { REFUSED } from "../support/guard.js";
import { newMember, newOwner, type Person } from "../support/people.js";
import { signIn } from "../support/sign-in.js";
import { hold, LONG_NAME, refuse, type Stage, type State, untilGivenUp } from "./stage.js";

const MEMBERS = "**/api/accounts/me/members";

async function membersPage(
  stage: Stage,
  names: readonly string[] = ["Grace Hopper", "Edsger Dijkstra"],
): Promise<{ page: Page; owner: Person }> {
  const owner = await newOwner(stage.service);
  for (const name of names) await newMember(stage.service, owner, { name });
  const page = await stage.newPage();
  await signIn(page, owner);
  await page.goto("/account/members");
  await page.getByText("The last owner can't be disabled").waitFor();
  return { page, owner };
}

async function invite(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Invite member" }).click();
}

/** The page of those who belong to the account. */
export const MEMBERS_STATES: readonly State[] = [
  { name: "members", open: async (stage) => (await membersPage(stage)).page },
  { name: "members-alone", open: async (stage) => (await membersPage(stage, [])).page },
  { name: "members-long-names", open: async (stage) => (await membersPage(stage, [LONG_NAME])).page },
  {
    name: "members-invited",
    async open(stage) {
      const { page, owner } = await membersPage(stage);
      await invite(page, "Barbara Liskov", `barbara.${owner.id}@example.com`);
      await page.getByRole("button", { name: "Copy link" }).waitFor();
      await page.getByRole("button", { name: "Invite again" }).waitFor();
      return page;
    },
  },
  {
    name: "members-taken",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page, owner } = await membersPage(stage);
      await invite(page, "Ada again", owner.email);
      await page.getByText("belongs to somebody already").waitFor();
      return page;
    },
  },
  {
    name: "members-disable",
    async open(stage) {
      const { page } = await membersPage(stage);
      await page.getByRole("button", { name: "Disable" }).first().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "members-loading",
    async open(stage) {
      const { page } = await membersPage(stage, []);
      await hold(page, MEMBERS);
      await page.reload();
      await page.getByRole("heading", { name: "Members", level: 1 }).waitFor();
      return page;
    },
  },
  {
    name: "members-failed",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page } = await membersPage(stage, []);
      await refuse(page, MEMBERS, { status: 500, code: "internal_error" });
      await page.reload();
      await untilGivenUp(stage, page);
      return page;
    },
  },
];
