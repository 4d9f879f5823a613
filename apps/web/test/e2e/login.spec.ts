import { FAILED_REQUEST } from "./support/page-errors.js";
import { fillSignIn, signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { signInByApi } from "./support/users.js";

test.describe("the banner on the sign-in page", () => {
  const cases: [query: string, words: RegExp][] = [
    ["reason=session_expired", /session expired/],
    ["reason=session_expired&cause=idle", /inactive/],
    ["reason=session_expired&cause=absolute", /maximum length/],
    ["reason=session_revoked&cause=signed_out", /You signed out/],
    ["reason=session_revoked&cause=revoked_by_owner", /An owner/],
    ["reason=session_revoked&cause=revoked_by_user", /from another device/],
    ["reason=session_revoked&cause=token_reused", /used twice/],
    ["reason=session_revoked&cause=password_changed", /password was changed/],
    ["reason=session_revoked&cause=user_disabled", /disabled/],
    ["reason=session_revoked&cause=session_limit", /so many devices/],
    ["reason=session_revoked", /by an owner of your account or by you/],
    ["reason=session_revoked&cause=__proto__", /by an owner of your account or by you/],
  ];
  test("shows above the form why the session ended", async ({ page }) => {
    for (const [query, words] of cases) {
      await page.goto(`/login?${query}`);
      const banner = page.getByRole("status").filter({ hasText: words });
      await expect(banner, query).toBeVisible();
      const [above, form] = [await banner.boundingBox(), await page.getByLabel("E-mail").boundingBox()];
      expect(above?.y, query).toBeLessThan(form?.y ?? 0);
    }
  });

  test("is not shown for an unknown reason", async ({ page }) => {
    await page.goto("/login?reason=%3Cb%3Enews%3C/b%3E&cause=idle");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await expect(page.getByRole("status").filter({ hasText: /\S/ })).toHaveCount(0);
    await expect(page.locator("[data-tone=info]")).toHaveCount(0);
  });
});

test.describe("after sign-in", () => {
  const cases: [name: string, query: string, path: string][] = [
    [
      "a path of this site is returned to, with its query",
      "?return_to=%2Faccount%2Fsessions%3Fx%3D1",
      "/account/sessions?x=1",
    ],
    ["without a path, the home page opens", "", "/"],
    ["another host is not returned to", "?return_to=https%3A%2F%2Fevil.example%2F", "/"],
    ["a protocol-relative URL is not returned to", "?return_to=%2F%2Fevil.example", "/"],
    ["a path with a backslash is not returned to", "?return_to=%2F%5Cevil.example", "/"],
    ["a javascript: URL is not returned to", "?return_to=javascript%3Aalert(1)", "/"],
  ];
  for (const [name, query, path] of cases)
    test(name, async ({ page, ada }) => {
      await page.goto(`/login${query}`);
      await fillSignIn(page, ada);
      await expect(page).toHaveURL(path);
      await expect(page.getByRole("button", { name: "Sign out", exact: true }).first()).toBeVisible();
    });
});

test("a browser that keeps no key is told why it can't sign in or register, and sends no password", async ({
  page,
  ada,
}) => {
  const refused = page.getByText(/^This browser does not provide the key .* try again\.$/);
  const passwords: string[] = [];
  page.on("request", (request) => {
    if (/\/auth\/(login|register)$/.test(request.url())) passwords.push(request.url());
  });
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  await page.goto("/login");
  expect(await page.evaluate(() => typeof indexedDB)).toBe("undefined");
  await fillSignIn(page, ada);
  await expect(refused).toBeVisible();
  await expect(page).toHaveURL("/login");
  await page.goto("/register");
  await page.getByLabel("Account name").fill("Example Ltd");
  await page.getByLabel("Your name").fill("Barbara Liskov");
  await page.getByLabel("E-mail").fill(`barbara.${Date.now()}@example.com`);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(refused).toBeVisible();
  expect(passwords).toEqual([]);
});

test("a browser that keeps no cookie is told so on the sign-in page, and returns to its page after the next sign-in", async ({
  page,
  ada,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const GRANTS = /\/api\/auth\/(login|refresh)$/;
  await page.route(GRANTS, async (route) => {
    const response = await route.fetch();
    const { "set-cookie": _dropped, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.goto("/login");
  await fillSignIn(page, ada);
  await expect(page).toHaveURL("/");
  await page.context().clearCookies();
  await page.goto("/account");
  await expect(page.getByRole("status")).toContainText("its cookie was refused or deleted");
  await page.unroute(GRANTS);
  await fillSignIn(page, ada);
  await expect(page).toHaveURL("/account");
});

test("a browser that refuses cookies is told so once in every form that signs in", async ({
  page,
  service,
  ada,
}) => {
  const session = await signInByApi(service, ada);
  const { invitation } = await session.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    { name: "Grace Hopper", email: `grace.${Date.now()}@example.com`, role: "member" },
  );
  await page.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false }),
  );
  for (const path of ["/login", "/register", invitation.url]) {
    await page.goto(path);
    await expect(page.getByText("This browser refuses cookies for this site")).toHaveCount(1);
  }
});

test("a wrong password shows an error and keeps the e-mail, and the right one then signs in", async ({
  page,
  ada,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await page.goto("/login");
  await fillSignIn(page, { ...ada, password: "not hers" });
  await expect(page.getByRole("alert")).toContainText("The e-mail address or the password is wrong.");
  await expect(page.getByLabel("E-mail")).toHaveValue(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/");
});

test("an empty form shows errors at both fields and sends no call", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription(/Enter your e-mail/);
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/Enter your password/);
  expect(asked).not.toContain("/api/auth/login");
});

test("after too many attempts the page shows how long to wait", async ({ page, pageErrors }) => {
  pageErrors.allow(FAILED_REQUEST);
  await page.route("**/api/auth/login", (route) =>
    route.fulfill({
      status: 429,
      headers: { "Content-Type": "application/problem+json", "Retry-After": "600" },
      json: { type: "about:blank", title: "Too many", status: 429, code: "rate_limited" },
    }),
  );
  await page.goto("/login");
  await fillSignIn(page, { email: "ada@example.com", password: "whatever she says" });
  await expect(page.getByRole("alert")).toContainText("Try again in 10 minutes.");
});

test("an unavailable server is reported as such, not as a wrong password", async ({
  page,
  service,
  ada,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await page.goto("/login");
  await service.setOutage(true);
  await fillSignIn(page, ada);
  await expect(page.getByRole("alert")).toContainText("Curfew is in trouble for the moment.");
  await service.setOutage(false);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/");
});

test("a signed-in user can open the page and sign in as another user", async ({ owner, grace }) => {
  await owner.goto("/login");
  await expect(owner.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(owner).toHaveURL("/login");
  await fillSignIn(owner, grace);
  await expect(owner).toHaveURL("/");
  await expect(owner.getByRole("heading", { level: 1 })).toContainText(grace.name);
});

test("a page that requires sign-in is returned to after it", async ({ page, ada }) => {
  await page.goto("/account/sessions");
  await expect(page).toHaveURL(/\/login\?return_to=%2Faccount%2Fsessions$/);
  await fillSignIn(page, ada);
  await expect(page).toHaveURL("/account/sessions");
});

test("signing out leads to the sign-in page without a banner, in every tab", async ({ owner, context }) => {
  const other = await context.newPage();
  await other.goto("/account");
  await other.getByRole("heading", { level: 1 }).waitFor();
  await owner.getByRole("button", { name: "Sign out", exact: true }).click();
  for (const tab of [owner, other]) {
    await expect(tab).toHaveURL("/login");
    await expect(tab.locator("[data-tone=info]")).toHaveCount(0);
  }
  await owner.goto("/account");
  await expect(owner).toHaveURL(/\/login/);
});

test("a reload keeps the user signed in", async ({ page, ada }) => {
  await signIn(page, ada);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(ada.name);
  await expect(page).toHaveURL("/");
});
