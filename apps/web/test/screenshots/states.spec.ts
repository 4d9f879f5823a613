import type { Page } from "@playwright/test";
import { STATES } from "../e2e/states/all.js";
import { test } from "../e2e/support/test.js";

const VIEWPORTS = [
  // 400 % zoom of a window 1280 px wide. Shows what is in the window, the others the whole page.
  { width: 320, height: 256, fullPage: false },
  { width: 320, height: 640, fullPage: true },
  { width: 1280, height: 800, fullPage: true },
];

const LOOKS = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  forced: { colorScheme: "light", forcedColors: "active" },
} as const;

/** The picture of a whole page would show them empty. */
const showRowsOutOfSight = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const row of document.querySelectorAll<HTMLElement>(".curfew-person"))
      row.style.contentVisibility = "visible";
  });

for (const { name, open } of STATES)
  test(name, async ({ stateContext }) => {
    const page = await open(stateContext);
    await showRowsOutOfSight(page);
    for (const { width, height, fullPage } of VIEWPORTS)
      for (const [look, media] of Object.entries(LOOKS)) {
        await page.emulateMedia(media);
        await page.setViewportSize({ width, height });
        const path = `screenshots/${name}-${width}x${height}-${look}.png`;
        await page.screenshot({ path, fullPage });
      }
  });
