import type { Page } from "@playwright/test";
import { STATES } from "./states/all.js";
import { seriousFaults } from "./support/axe.js";
import { expect, test } from "./support/test.js";

const LOOKS = [
  { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark", viewport: { width: 320, height: 640 } },
] as const;

/** By how many pixels a page can be scrolled sideways. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const { name, open } of STATES)
  test(`${name}: axe finds nothing serious, light and wide, dark and at 320 px, and nothing scrolls sideways`, async ({
    stage,
  }) => {
    const page = await open(stage);
    for (const { colorScheme, viewport } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const where = `${colorScheme}, ${viewport.width} px`;
      expect.soft(await seriousFaults(page), where).toEqual([]);
      expect.soft(await sideways(page), where).toBeLessThanOrEqual(0);
    }
  });
