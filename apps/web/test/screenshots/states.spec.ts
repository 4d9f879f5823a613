import { STATES } from "../e2e/states/all.js";
import { test } from "../e2e/support/test.js";

const VIEWPORTS = [
  { width: 320, height: 640 },
  { width: 1280, height: 800 },
];

for (const { name, open } of STATES)
  test(name, async ({ stateContext }) => {
    const page = await open(stateContext);
    for (const viewport of VIEWPORTS)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const path = `screenshots/${name}-${viewport.width}-${colorScheme}.png`;
        await page.screenshot({ path, fullPage: true });
      }
  });
