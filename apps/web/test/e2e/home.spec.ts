import { expect, test } from "./support/test.js";
import { MINUTE_MS } from "./support/time.js";

test("the home page shows the two deadlines as a picture and in words", async ({ owner, service }) => {
  const picture = owner.getByRole("main").getByRole("img");
  await expect(picture).toBeVisible();
  const name = (await picture.getAttribute("aria-label")) ?? "";
  const clock = (ms: number) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" }).format(
      ms,
    );
  const now = await service.now();
  const idleAt = [clock(now + 60 * MINUTE_MS), clock(now + 59 * MINUTE_MS)];
  expect(idleAt.some((at) => name.includes(at))).toBe(true);
  expect(name).toMatch(/Signed in at .* Without activity the session ends in .* and in any case in /);
  await expect(owner.getByRole("main").getByText("Ends if inactive")).toBeVisible();
  await expect(owner.getByRole("main").getByText("Ends in any case")).toBeVisible();
});

test("the picture and its remaining time follow the clock", async ({ owner, time }) => {
  const picture = owner.getByRole("main").getByRole("img");
  await expect(picture).toHaveAttribute("aria-label", /session ends in (1 hour|60 minutes|59 minutes)/);
  await time.advance(20 * MINUTE_MS);
  await expect(picture).toHaveAttribute("aria-label", /session ends in (39|40) minutes/);
});

test("the header shows the user's name and Sign out, also at 320 px", async ({ owner, ada }) => {
  for (const width of [1280, 320]) {
    await owner.setViewportSize({ width, height: 640 });
    for (const path of ["/", "/account", "/account/sessions"]) {
      await owner.goto(path);
      await expect(owner.getByRole("banner").getByText(ada.name)).toBeVisible();
      await expect(
        owner.getByRole("banner").getByRole("button", { name: "Sign out", exact: true }),
      ).toBeInViewport();
    }
  }
});

test("owners see the rows Members and Session security, members don't", async ({ owner, member }) => {
  for (const page of [owner, member]) await page.goto("/account");
  await expect(owner.getByRole("link", { name: /^Members/ })).toBeVisible();
  await expect(owner.getByRole("link", { name: /^Session security/ })).toBeVisible();
  await expect(member.getByRole("link", { name: /^Your sessions/ })).toBeVisible();
  await expect(member.getByRole("link", { name: /^Members/ })).toHaveCount(0);
  await expect(member.getByRole("link", { name: /^Session security/ })).toHaveCount(0);
});

for (const path of ["/account/security", "/account/members"])
  test(`a member who opens ${path} is told that it is not for them, and never sees the page`, async ({
    member,
    grace,
  }) => {
    const seen: string[] = [];
    await member.exposeFunction("sawHeading", (text: string) => seen.push(text));
    await member.addInitScript(() => {
      const { sawHeading } = globalThis as unknown as { sawHeading(text: string): void };
      new MutationObserver(() => {
        for (const heading of document.querySelectorAll("h1, h2")) sawHeading(heading.textContent ?? "");
      }).observe(document, { childList: true, subtree: true });
    });
    const asked: string[] = [];
    member.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await member.goto(path);
    await expect(member.getByRole("heading", { name: "This page is not for you" })).toBeVisible();
    await expect(member.getByRole("banner").getByText(grace.name)).toBeVisible();
    expect(new Set(seen)).toEqual(new Set(["This page is not for you"]));
    expect(asked.filter((path) => path.startsWith("/api/accounts/me"))).toEqual([]);
  });

test("an unknown path shows that there is no such page", async ({ page }) => {
  await page.goto("/account/nothing");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
});
