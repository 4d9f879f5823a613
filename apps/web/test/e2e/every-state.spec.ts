import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { isLong } from "../../../../scripts/checks/rounds.js";
import { STATES } from "./states/all.js";
import { expect, test } from "./support/test.js";

const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * The serious and critical violations that axe finds on a page, one line per element.
 *
 * The axe source is injected through the debugger, which the page's Content-Security-Policy doesn't block.
 */
async function seriousViolations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE_SOURCE);
  const { violations } = await page.evaluate<AxeResults, string[]>(
    (levels) =>
      (
        globalThis as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } }
      ).axe.run(document, { runOnly: { type: "tag", values: levels }, resultTypes: ["violations"] }),
    LEVELS,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
}

const LOOKS = [
  { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark", viewport: { width: 320, height: 640 } },
] as const;

/** How far a page, or a dialog on it, can be scrolled horizontally, in pixels. */
const horizontalScroll = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      ...[document.documentElement, ...document.querySelectorAll("dialog[open]")].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    ),
  );

/** What `npm test` has time for: a state of each page. The long run opens all states. */
const USUAL = new Set([
  "login",
  "register",
  "invite",
  "reset",
  "not-found",
  "home",
  "notice-idle",
  "account-owner",
  "account-delete",
  "deleted",
  "own-sessions",
  "password",
  "members",
  "members-disable",
  "members-found",
  "security",
  "security-found",
  "security-preview",
  "reauthentication",
  "ended-under-a-form",
]);

for (const { name, open } of STATES.filter(({ name }) => isLong || USUAL.has(name)))
  test(`${name} has no serious axe violation and no horizontal scroll, light at 1280 px and dark at 320 px`, async ({
    stateContext,
  }) => {
    const page = await open(stateContext);
    for (const { colorScheme, viewport } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const where = `${colorScheme}, ${viewport.width} px`;
      expect.soft(await seriousViolations(page), where).toEqual([]);
      expect.soft(await horizontalScroll(page), where).toBeLessThanOrEqual(0);
    }
  });
