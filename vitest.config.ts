import { defineConfig } from "vitest/config";

/** Tests read the packages' sources; only the black-box project starts what was built. */
const source = {
  resolve: { conditions: ["@curfew/source"] },
  ssr: { resolve: { conditions: ["@curfew/source"] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          include: [
            "packages/*/test/**/*.test.ts",
            "apps/server/test/unit/**/*.test.ts",
            "scripts/test/**/*.test.js",
          ],
          exclude: ["packages/*/test/model/**"],
        },
      },
      {
        ...source,
        test: { name: "model", include: ["packages/*/test/model/**/*.test.ts"], testTimeout: 600_000 },
      },
      {
        ...source,
        test: {
          name: "http",
          globalSetup: ["apps/server/test/harness/contract-coverage.ts"],
          include: ["apps/server/test/http/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // All that wait for a session's minute wait for the same one.
          maxConcurrency: 10,
        },
      },
      {
        ...source,
        test: {
          name: "crash",
          include: ["apps/server/test/crash/**/*.test.ts"],
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
