import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.js";

/** `npm run screenshots`: every state of every page, into `screenshots/`. */
export default defineConfig({
  ...tests,
  testDir: "apps/web/test/screenshots",
  globalTeardown: "./apps/web/test/screenshots/contact-sheet.ts",
});
