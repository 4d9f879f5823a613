import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.js";

/** `npm run screenshots`: writes a screenshot of every state of every page to `screenshots/`. */
export default defineConfig({
  ...tests,
  testDir: "apps/web/test/screenshots",
  globalTeardown: "./apps/web/test/screenshots/contact-sheet.ts",
});
