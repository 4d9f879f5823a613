import { expect, type Page } from "@playwright/test";
import { MINUTE_MS, SECOND_MS } from "../support/durations.js";
import { REFUSED } from "../support/guard.js";
import { newMember, newOwner, type Person, signInByApi } from "../support/people.js";
import { signIn } from "../support/sign-in.js";
import { hold, LONG_NAME, refuse, type Stage, type State, untilGivenUp } from "./stage.js";

const SECURITY = "**/api/accounts/me/security";

/** The page of an owner with colleagues who are signed in, and some history. */
async function securityPage(
  stage: Stage,
  { names = ["Grace Hopper", "Edsger Dijkstra"], ownerName = "Ada Lovelace" } = {},
): Promise<{ page: Page; owner: Person }> {
  const owner = await newOwner(stage.service, { name: ownerName });
  for (const name of names) {
    const member = await newMember(stage.service, owner, { name });
    await signInByApi(stage.service, member);
    await signInByApi(
      stage.service,
      member,
      "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    );
  }
  await stage.time.advance(12 * MINUTE_MS);
  const page = await stage.newPage();
  await signIn(page, owner);
  await page.goto("/account/security");
  await page.getByRole("button", { name: "Sign me out and everyone else" }).waitFor();
  await page.getByRole("button", { name: "Download CSV" }).waitFor();
  return { page, owner };
}

async function custom(page: Page, idle: string, absolute: string): Promise<void> {
  await page.getByRole("radio", { name: "Custom" }).check();
  await page.getByLabel("Idle timeout (minutes)").fill(idle);
  await page.getByLabel("Maximum session length (minutes)").fill(absolute);
  await page.getByLabel("Maximum session length (minutes)").blur();
}

const save = (page: Page) => page.getByRole("button", { name: "Save policy" }).click();

/** The page of the policy, the people and the trail. */
export const SECURITY_STATES: readonly State[] = [
  { name: "security", open: async (stage) => (await securityPage(stage)).page },
  { name: "security-alone", open: async (stage) => (await securityPage(stage, { names: [] })).page },
  {
    name: "security-long-names",
    async open(stage) {
      const { page } = await securityPage(stage, { names: [LONG_NAME], ownerName: LONG_NAME });
      await page.getByRole("button", { name: /Wolfe.*\(you\)/ }).click();
      await page.getByRole("button", { name: "Sign out everywhere" }).waitFor();
      return page;
    },
  },
  {
    name: "security-loading",
    async open(stage) {
      const { page } = await securityPage(stage, { names: [] });
      await hold(page, SECURITY);
      await hold(page, "**/api/accounts/me/security/events*");
      await page.reload();
      await page.getByRole("heading", { name: "Session security" }).waitFor();
      return page;
    },
  },
  {
    name: "security-failed",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page } = await securityPage(stage, { names: [] });
      await refuse(page, /\/api\/accounts\/me\/security/, { status: 500, code: "internal_error" });
      await page.reload();
      await untilGivenUp(stage, page, 3);
      return page;
    },
  },
  {
    name: "security-preview",
    async open(stage) {
      const { page } = await securityPage(stage);
      await page.getByRole("radio", { name: "Strict" }).check();
      await page.getByLabel("Also shorten sessions that are open now").check();
      await page.getByText(/of 5 open sessions/).waitFor();
      return page;
    },
  },
  {
    name: "security-faults",
    async open(stage) {
      const { page } = await securityPage(stage);
      await custom(page, "9.5", "20");
      await expect(page.getByLabel("Idle timeout (minutes)")).toHaveAttribute("aria-invalid", "true");
      return page;
    },
  },
  {
    name: "security-idle-longer",
    async open(stage) {
      const { page } = await securityPage(stage);
      await custom(page, "480", "60");
      await page.getByText("can't be longer than the maximum").waitFor();
      return page;
    },
  },
  {
    name: "security-saved",
    async open(stage) {
      const { page } = await securityPage(stage);
      await custom(page, "20", "480");
      await save(page);
      await page.getByText("Saved", { exact: true }).waitFor();
      return page;
    },
  },
  {
    name: "security-overtaken",
    async open(stage) {
      const { page, owner } = await securityPage(stage);
      await custom(page, "20", "480");
      const device = await signInByApi(stage.service, owner);
      await device.call("PATCH", SECURITY.slice(2), { idle_minutes: 30, absolute_minutes: 600 });
      await page.getByRole("button", { name: "Reload" }).waitFor();
      return page;
    },
  },
  {
    name: "security-own-end",
    async open(stage) {
      const { page } = await securityPage(stage);
      await stage.time.advance(35 * MINUTE_MS);
      await page.keyboard.press("Shift");
      await custom(page, "10", "30");
      await page.getByLabel("Also shorten sessions that are open now").check();
      await page.getByText(/yours/).waitFor();
      await save(page);
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "security-person-open",
    async open(stage) {
      const { page } = await securityPage(stage);
      await page.getByRole("button", { name: /Grace Hopper/ }).click();
      await expect(
        page.getByRole("list", { name: "Sessions of Grace Hopper" }).getByRole("listitem"),
      ).toHaveCount(2);
      return page;
    },
  },
  {
    name: "security-modal-others",
    async open(stage) {
      const { page } = await securityPage(stage);
      await page.getByRole("button", { name: "Sign out everyone except me" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "security-modal-all",
    async open(stage) {
      const { page } = await securityPage(stage);
      await page.getByRole("button", { name: "Sign me out and everyone else" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "security-toast",
    async open(stage) {
      const { page } = await securityPage(stage);
      await page.getByRole("button", { name: "Sign out everyone except me" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Sign out everyone else/ })
        .click();
      await page.getByText("4 sessions signed out").waitFor();
      return page;
    },
  },
  {
    name: "security-trail-empty",
    async open(stage) {
      const { page } = await securityPage(stage);
      await page.getByLabel("Type").selectOption("member.disabled");
      await page.getByText("Nothing of this type has happened.").waitFor();
      return page;
    },
  },
  {
    name: "reauthentication",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page } = await securityPage(stage);
      await stage.time.advance(30 * MINUTE_MS);
      await custom(page, "120", "2880");
      await save(page);
      await page.getByRole("dialog", { name: "Confirm it's you" }).waitFor();
      return page;
    },
  },
  {
    name: "reauthentication-wrong",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page } = await securityPage(stage);
      await stage.time.advance(30 * MINUTE_MS);
      await custom(page, "120", "2880");
      await save(page);
      const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
      await dialog.getByLabel("Password").fill("not the right one");
      await dialog.getByRole("button", { name: "Confirm" }).click();
      await dialog.getByText("That password is not right.").waitFor();
      return page;
    },
  },
  {
    name: "ended-under-a-form",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page, owner } = await securityPage(stage);
      await custom(page, "20", "480");
      const device = await signInByApi(stage.service, owner);
      await device.call("POST", `${SECURITY.slice(2)}/revoke-sessions`, { scope: "others" });
      await page.getByRole("dialog", { name: "Confirm it's you" }).waitFor({ timeout: 15 * SECOND_MS });
      return page;
    },
  },
];
