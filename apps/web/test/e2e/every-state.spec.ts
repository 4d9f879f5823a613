import type { Page } from "@playwright/test";
import { STATES } from "./states/all.js";
import { seriousFaults } from "./support/axe.js";
import { expect, test } from "./support/test.js";

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

/** By how many pixels a page can be scrolled sideways. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const { name, open } of STATES)
  test(`${name}: axe finds nothing serious, light and dark, wide and at 320 px, where nothing scrolls sideways`, async ({
    stage,
  }) => {
    const page = await open(stage);
    for (const colorScheme of ["light", "dark"] as const)
      for (const viewport of [WIDE, NARROW]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const where = `${colorScheme}, ${viewport.width} px`;
        expect.soft(await seriousFaults(page), where).toEqual([]);
        expect.soft(await sideways(page), where).toBeLessThanOrEqual(0);
      }
  });
