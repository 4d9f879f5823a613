/**
 * `npm run budgets`: measures package sizes, and the load time, script size and layout shift of the built app's pages. With `--times` also
 * how soon the lists of ten thousand members have their first rows.
 */
import { chromium } from "playwright";
import { findChromium } from "./browser/chromium.js";
import { startCrowd } from "./budgets/crowd.js";
import { DEMO_OWNER, startDemo } from "./budgets/demo-service.js";
import { isWithinBound, tableOf } from "./budgets/figure.js";
import { firstRowsFigures, firstRowsTimes } from "./budgets/first-rows.js";
import { interactiveFigures } from "./budgets/interactive.js";
import { packageBytes } from "./budgets/package-size.js";
import { loadPage } from "./budgets/pages.js";
import { startReference } from "./budgets/reference-page.js";

const REACT = ["react", "react-dom"];
const EVERY_PAGE = "packages/react/test/package/every-page-entry.ts";
const SHIFT_AT_MOST = 0.02;
const WIDTHS = [320, 1280];

/** Each page with its heading and, if bounded, the maximum size of its scripts. */
const PAGES =
  /** @type {readonly { path: string, heading: string, signedIn: boolean, atMostKb?: number }[]} */ ([
    { path: "/login", heading: "Sign in", signedIn: false, atMostKb: 110 },
    { path: "/register", heading: "Create", signedIn: false },
    { path: "/invite#a-token-that-does-not-work", heading: "invit", signedIn: false },
    { path: "/", heading: "", signedIn: true },
    { path: "/account", heading: "Account", signedIn: true },
    { path: "/account/sessions", heading: "sessions", signedIn: true },
    { path: "/account/password", heading: "password", signedIn: true },
    { path: "/account/members", heading: "Members", signedIn: true },
    { path: "/account/security", heading: "Session security", signedIn: true, atMostKb: 170 },
    { path: "/no-such-page", heading: "", signedIn: true },
  ]);

/** @type {import("./budgets/figure.js").Figure[]} */
const figures = [];
/** @type {string[]} */
const faults = [];

figures.push(
  {
    name: "@curfew/client, gzip",
    value: (await packageBytes("packages/client/src/index.ts", [])) / 1000,
    atMost: 7.43,
    unit: "kB",
  },
  {
    name: "@curfew/react without React and the client, gzip",
    value: (await packageBytes("packages/react/src/index.ts", [...REACT, "@curfew/client"])) / 1000,
    atMost: 22.3,
    unit: "kB",
  },
  {
    name: "the same, of which every page loads",
    value: (await packageBytes(EVERY_PAGE, [...REACT, "@curfew/client"])) / 1000,
    atMost: 11.7,
    unit: "kB",
  },
);

const [demo, crowd, reference] = await Promise.all([startDemo(), startCrowd(), startReference()]);
const browser = await chromium.launch(await findChromium());
try {
  const login = new URL("/login", demo.url).href;
  figures.push(...(await interactiveFigures(browser, { login, reference: reference.url })));
  figures.push(...(await firstRowsFigures(browser, { crowd: crowd.url, reference: reference.url })));
  if (process.argv.includes("--times")) figures.push(...(await firstRowsTimes(browser, crowd.url)));
  for (const width of WIDTHS) await measurePages(width);
} finally {
  await browser.close();
  demo.stop();
  await crowd.stop();
  reference.stop();
}

/** @param {number} width of the window, in CSS pixels */
async function measurePages(width) {
  const viewport = { width, height: 800 };
  const visitor = await browser.newContext({ viewport });
  const owner = await browser.newContext({ viewport });
  await signIn(owner);
  const loads = await Promise.all(
    PAGES.map(async (page) => ({
      ...page,
      load: await loadPage(page.signedIn ? owner : visitor, new URL(page.path, demo.url).href, page.heading),
    })),
  );
  for (const { path, atMostKb, load } of loads) {
    figures.push({
      name: `${path} layout shift at ${width} px`,
      value: load.shift,
      atMost: SHIFT_AT_MOST,
      unit: "shift",
    });
    if (atMostKb !== undefined && width === WIDTHS[0])
      figures.push({
        name: `${path} JavaScript, gzip`,
        value: load.scriptBytes / 1000,
        atMost: atMostKb,
        unit: "kB",
      });
    for (const url of load.foreign) faults.push(`${path} requests another host: ${url}`);
    for (const fault of load.policyFaults) faults.push(`${path} Content-Security-Policy: ${fault}`);
  }
  await visitor.close();
  await owner.close();
}

/** @param {import("playwright").BrowserContext} context */
async function signIn(context) {
  const page = await context.newPage();
  await page.goto(new URL("/login", demo.url).href);
  await page.getByLabel("E-mail").fill(DEMO_OWNER.email);
  await page.getByLabel("Password").fill(DEMO_OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).waitFor();
  await page.close();
}

console.log(tableOf(figures));
for (const fault of faults) console.error(fault);
process.exitCode = figures.every(isWithinBound) && faults.length === 0 ? 0 : 1;
