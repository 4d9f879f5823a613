import type { Page } from "@playwright/test";
import { signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { HOUR_MS, MINUTE_MS } from "./support/time.js";
import { signInByApi } from "./support/users.js";

const PATHS = [
  "/",
  "/account",
  "/account/sessions",
  "/account/password",
  "/account/members",
  "/account/security",
];
const SIGNED_OUT_PATHS = ["/login", "/login?reason=session_revoked&cause=token_reused", "/register"];

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

/** Collects the URLs of the scripts that a page requests from now on. */
function watchScripts(page: Page): ReadonlySet<string> {
  const urls = new Set<string>();
  page.on("request", (request) => {
    if (request.resourceType() === "script") urls.add(request.url());
  });
  return urls;
}

/** The scripts that hold German texts. */
async function germanAmong(urls: ReadonlySet<string>): Promise<readonly string[]> {
  const scripts = await Promise.all(
    [...urls].map(async (url) => ({ url, code: await (await fetch(url)).text() })),
  );
  return scripts.filter(({ code }) => /Abmelden|Mitglied/.test(code)).map(({ url }) => url);
}

/** The running animations and the elements with a transition. */
const moving = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const running = document
      .getAnimations()
      .filter((animation) => animation.playState === "running")
      .map((animation) => `animation ${(animation as CSSAnimation).animationName ?? animation.id}`);
    const seconds = (value: string) => Math.max(...value.split(",").map(Number.parseFloat));
    const slow = [...document.querySelectorAll("main *, header *, .curfew-notice *")]
      .filter((element) => seconds(getComputedStyle(element).transitionDuration) > 0.01)
      .map((element) => `transition of ${element.tagName} ${element.className}`);
    return [...running, ...slow];
  });

test("in an English browser no German text is loaded, and in a German one devices have German names too", async ({
  newBrowser,
  service,
  ada,
}) => {
  await signInByApi(service, ada);
  const english = await (await newBrowser()).newPage();
  const loadedInEnglish = watchScripts(english);
  await signIn(english, ada, "/account/sessions");
  await expect(english.getByText("Safari on iOS")).toBeVisible();
  for (const path of ["/account/members", "/account/security"]) await open(english, path);
  expect(loadedInEnglish.size).toBeGreaterThan(4);
  expect(await germanAmong(loadedInEnglish)).toEqual([]);

  const german = await (await newBrowser({ locale: "de-AT" })).newPage();
  const loadedInGerman = watchScripts(german);
  await german.goto("/login?return_to=/account/sessions");
  await german.getByLabel("E-Mail").fill(ada.email);
  await german.getByLabel("Passwort", { exact: true }).fill(ada.password);
  await german.getByRole("button", { name: "Anmelden" }).click();
  await expect(german.getByText("Safari unter iOS")).toBeVisible();
  expect((await germanAmong(loadedInGerman)).length).toBeGreaterThan(1);
});

test("with reduced motion nothing moves, not even the notice", async ({ owner, time }) => {
  await owner.emulateMedia({ reducedMotion: "reduce" });
  for (const path of ["/", "/account/security"]) {
    await open(owner, path);
    expect(await moving(owner), path).toEqual([]);
  }
  await open(owner, "/");
  await time.advance(HOUR_MS - 4 * MINUTE_MS);
  await owner.getByRole("button", { name: "Stay signed in" }).waitFor();
  expect(await moving(owner), "with the notice").toEqual([]);
});

test("in forced colours the picture's parts differ, and buttons and inputs have a border", async ({
  owner,
}) => {
  await owner.emulateMedia({ forcedColors: "active" });
  await open(owner, "/account/security");
  const edges = await owner
    .getByRole("main")
    .locator("button, input:not([type=radio], [type=checkbox]), select")
    .evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility() && !element.classList.contains("curfew-disclosure"))
        .map((element) => getComputedStyle(element))
        .map(({ borderStyle, borderTopWidth }) => borderStyle !== "none" && borderTopWidth !== "0px"),
    );
  expect(edges.length).toBeGreaterThan(4);
  expect(new Set(edges)).toEqual(new Set([true]));
  const words = await owner
    .getByRole("img", { name: /working day/ })
    .locator("text")
    .evaluateAll((texts) => [
      getComputedStyle(document.body).color,
      ...texts.map((text) => getComputedStyle(text).fill),
    ]);
  expect(words.length).toBeGreaterThan(6);
  expect(new Set(words).size).toBe(1);
  await open(owner, "/");
  const fills = await owner
    .getByRole("main")
    .getByRole("img")
    .locator("rect")
    .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).fill));
  expect(new Set(fills).size).toBeGreaterThan(1);
});

test("at twice the text size nothing scrolls horizontally and no text is cut off", async ({
  owner,
  service,
  ada,
  page,
}) => {
  await signInByApi(service, ada);
  await owner.setViewportSize({ width: 1280, height: 800 });
  for (const path of [...PATHS, ...SIGNED_OUT_PATHS]) {
    await open(page, path);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    const overflows = await page.evaluate(() => {
      const root = document.documentElement;
      const clipped = [...document.querySelectorAll("button, a, label, h1, h2, p, legend, summary")]
        .filter((element) => element.checkVisibility() && getComputedStyle(element).overflow !== "visible")
        .filter((element) => getComputedStyle(element).textOverflow !== "ellipsis")
        .filter(
          (element) =>
            element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
        )
        .filter((element) => !element.classList.contains("sr-only"))
        .map((element) => `${element.tagName} "${element.textContent}"`);
      return root.scrollWidth > root.clientWidth
        ? [`sideways by ${root.scrollWidth - root.clientWidth}`, ...clipped]
        : clipped;
    });
    expect(overflows, path).toEqual([]);
  }
});

test("every target is at least 24 by 24 pixels, or inside a line of text", async ({ owner }) => {
  await owner.setViewportSize({ width: 320, height: 640 });
  for (const path of PATHS) {
    await open(owner, path);
    const small = await owner.evaluate(() =>
      [...document.querySelectorAll("a[href], button, input:not([hidden]), select")]
        .filter((element) => element.checkVisibility() && !element.closest("p, .skip-link, label"))
        .map((element) => {
          const isWholeRow = getComputedStyle(element, "::after").position === "absolute";
          return { element, box: ((isWholeRow && element.closest("li")) || element).getBoundingClientRect() };
        })
        .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
        .map(
          ({ element, box }) => `${element.tagName} "${element.textContent}" ${box.width} x ${box.height}`,
        ),
    );
    expect(small, path).toEqual([]);
  }
});
