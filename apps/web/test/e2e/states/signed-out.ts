import { expect, type Page } from "@playwright/test";
import { FAILED_REQUEST } from "../support/page-errors.js";
import { fillSignIn } from "../support/sign-in.js";
import { newMember, newOwner, signInByApi } from "../support/users.js";
import { answerWithError, LONG_NAME, neverAnswer, type State, type StateContext } from "./state.js";

const banner = (name: string, query: string): State => ({
  name: `login-${name}`,
  async open(context) {
    const page = await context.newPage();
    await page.goto(`/login?${query}`);
    await expect(page.getByRole("status").first()).not.toBeEmpty();
    return page;
  },
});

async function loginRefused(
  context: StateContext,
  status: number,
  code: string,
  headers = {},
): Promise<Page> {
  context.pageErrors.allow(FAILED_REQUEST);
  const page = await context.newPage();
  await answerWithError(page, "**/api/auth/login", { status, code, headers });
  await page.goto("/login");
  await fillSignIn(page, { email: "ada@example.com", password: "not the right one" });
  await expect(page.getByRole("alert")).toBeVisible();
  return page;
}

async function registerAs(context: StateContext, config: object): Promise<Page> {
  const page = await context.newPage();
  await page.route("**/api/config", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...config } });
  });
  await page.goto("/register");
  await page.getByRole("heading", { name: "Create account" }).waitFor();
  return page;
}

async function invitationPage(context: StateContext, accountName: string, name: string): Promise<Page> {
  const owner = await newOwner(context.service, { accountName });
  const session = await signInByApi(context.service, owner);
  const { invitation } = await session.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    {
      name,
      email: `invited.${owner.id}@example.com`,
      role: "member",
    },
  );
  const page = await context.newPage();
  await page.goto(invitation.url);
  await page.getByRole("button", { name: "Join" }).waitFor();
  return page;
}

async function resetPage(context: StateContext, accountName: string, name: string): Promise<Page> {
  const owner = await newOwner(context.service, { accountName });
  const member = await newMember(context.service, owner, { name });
  const session = await signInByApi(context.service, owner);
  const path = `/api/accounts/me/members/${member.id}/password-link`;
  const { url } = await session.call<{ url: string }>("POST", path);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Save and sign in" }).waitFor();
  return page;
}

/** States of the pages for signed-out users. */
export const SIGNED_OUT_STATES: readonly State[] = [
  {
    name: "login",
    async open(context) {
      const page = await context.newPage();
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
    async open(context) {
      const page = await context.newPage();
      await page.goto("/login");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
      return page;
    },
  },
  { name: "login-wrong", open: (context) => loginRefused(context, 401, "invalid_credentials") },
  {
    name: "login-too-often",
    open: (context) => loginRefused(context, 429, "rate_limited", { "Retry-After": "600" }),
  },
  {
    name: "login-trouble",
    open: (context) => loginRefused(context, 503, "unavailable", { "Retry-After": "1" }),
  },
  {
    name: "login-busy",
    async open(context) {
      const page = await context.newPage();
      await neverAnswer(page, "**/api/auth/login");
      await page.goto("/login");
      await fillSignIn(page, { email: "ada@example.com", password: "not the right one" });
      await page.getByRole("button", { name: "Signing in…" }).waitFor();
      return page;
    },
  },
  { name: "register", open: (context) => registerAs(context, {}) },
  {
    name: "register-closed",
    async open(context) {
      const page = await registerAs(context, { registration: "closed", first_run: false });
      await page.getByText("Registration is closed here.").waitFor();
      return page;
    },
  },
  {
    name: "register-faults",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const page = await registerAs(context, {});
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
  { name: "invite", open: (context) => invitationPage(context, "Example Ltd", "Grace Hopper") },
  { name: "reset", open: (context) => resetPage(context, "Example Ltd", "Grace Hopper") },
  { name: "reset-long-names", open: (context) => resetPage(context, LONG_NAME, LONG_NAME) },
  { name: "invite-long-names", open: (context) => invitationPage(context, LONG_NAME, LONG_NAME) },
  {
    name: "invite-unusable",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const page = await context.newPage();
      await page.goto("/invite#a-token-that-nobody-gave");
      await page.getByRole("heading", { name: "This invitation does not work" }).waitFor();
      return page;
    },
  },
  {
    name: "deleted",
    async open(context) {
      const page = await context.newPage();
      await page.goto("/deleted");
      await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
      return page;
    },
  },
  {
    name: "not-found",
    async open(context) {
      const page = await context.newPage();
      await page.goto("/no/such/page");
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
      return page;
    },
  },
];
