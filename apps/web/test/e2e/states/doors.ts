import { expect, type Page } from "@playwright/test";
import { REFUSED } from "../support/guard.js";
import { newOwner, signInByApi } from "../support/people.js";
import { fillSignIn } from "../support/sign-in.js";
import { hold, LONG_NAME, refuse, type Stage, type State } from "./stage.js";

const banner = (name: string, query: string): State => ({
  name: `login-${name}`,
  async open(stage) {
    const page = await stage.newPage();
    await page.goto(`/login?${query}`);
    await expect(page.getByRole("status").first()).not.toBeEmpty();
    return page;
  },
});

async function loginRefused(stage: Stage, status: number, code: string, headers = {}): Promise<Page> {
  stage.guard.allow(REFUSED);
  const page = await stage.newPage();
  await refuse(page, "**/api/auth/login", { status, code, headers });
  await page.goto("/login");
  await fillSignIn(page, { email: "ada@example.com", password: "not the right one" });
  await expect(page.getByRole("alert")).toBeVisible();
  return page;
}

async function registerAs(stage: Stage, config: object): Promise<Page> {
  const page = await stage.newPage();
  await page.route("**/api/config", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...config } });
  });
  await page.goto("/register");
  await page.getByRole("heading", { name: "Create account" }).waitFor();
  return page;
}

async function invitationPage(stage: Stage, accountName: string, name: string): Promise<Page> {
  const owner = await newOwner(stage.service, { accountName });
  const device = await signInByApi(stage.service, owner);
  const { invitation } = await device.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    {
      name,
      email: `invited.${owner.id}@example.com`,
      role: "member",
    },
  );
  const page = await stage.newPage();
  await page.goto(invitation.url);
  await page.getByRole("button", { name: "Join" }).waitFor();
  return page;
}

/** The pages for people who are not signed in. */
export const DOOR_STATES: readonly State[] = [
  {
    name: "login",
    async open(stage) {
      const page = await stage.newPage();
      await page.goto("/login");
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      return page;
    },
  },
  banner("idle", "reason=session_expired&cause=idle"),
  banner("absolute", "reason=session_expired&cause=absolute"),
  banner("revoked-by-owner", "reason=session_revoked&cause=revoked_by_owner"),
  banner("token-reused", "reason=session_revoked&cause=token_reused"),
  {
    name: "login-empty",
    async open(stage) {
      const page = await stage.newPage();
      await page.goto("/login");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
      return page;
    },
  },
  { name: "login-wrong", open: (stage) => loginRefused(stage, 401, "invalid_credentials") },
  {
    name: "login-too-often",
    open: (stage) => loginRefused(stage, 429, "rate_limited", { "Retry-After": "600" }),
  },
  { name: "login-trouble", open: (stage) => loginRefused(stage, 503, "unavailable", { "Retry-After": "1" }) },
  {
    name: "login-busy",
    async open(stage) {
      const page = await stage.newPage();
      await hold(page, "**/api/auth/login");
      await page.goto("/login");
      await fillSignIn(page, { email: "ada@example.com", password: "not the right one" });
      await page.getByRole("button", { name: "Signing in…" }).waitFor();
      return page;
    },
  },
  { name: "register", open: (stage) => registerAs(stage, {}) },
  {
    name: "register-closed",
    async open(stage) {
      const page = await registerAs(stage, { registration: "closed", first_run: false });
      await page.getByText("Registration is closed here.").waitFor();
      return page;
    },
  },
  {
    name: "register-faults",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const page = await registerAs(stage, {});
      await page.getByLabel("Your name").fill("Ada");
      await page.getByLabel("E-mail").fill("not an address");
      await page.getByLabel("Account name").fill("Example Ltd");
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
      await page.getByLabel("Password").fill("a password of hers");
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
      return page;
    },
  },
  { name: "invite", open: (stage) => invitationPage(stage, "Example Ltd", "Grace Hopper") },
  { name: "invite-long-names", open: (stage) => invitationPage(stage, LONG_NAME, LONG_NAME) },
  {
    name: "invite-unusable",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const page = await stage.newPage();
      await page.goto("/invite#a-token-that-nobody-gave");
      await page.getByRole("heading", { name: "This invitation does not work" }).waitFor();
      return page;
    },
  },
  {
    name: "not-found",
    async open(stage) {
      const page = await stage.newPage();
      await page.goto("/no/such/page");
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
      return page;
    },
  },
];
