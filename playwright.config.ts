import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/browser/chromium.js";

export default defineConfig({
  testDir: "apps/web/test/e2e",
  globalSetup: "./apps/web/test/e2e/support/bundle-service.ts",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 5_000 },
  reporter: "list",
  use: { launchOptions: await findChromium(), locale: "en-GB", timezoneId: "Europe/Paris" },
});
