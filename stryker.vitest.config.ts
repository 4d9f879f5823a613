import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The path of a source file relative to this one. In Stryker's copy, `node_modules` still links to the original packages. */
const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    conditions: ["@curfew/source"],
    alias: [
      { find: /^@curfew\/core$/, replacement: fromHere("./packages/core/src/index.ts") },
      { find: /^@curfew\/core\/fold$/, replacement: fromHere("./packages/core/src/fold.ts") },
      { find: /^@curfew\/core\/policy$/, replacement: fromHere("./packages/core/src/policy/index.ts") },
      { find: /^@curfew\/core\/testing$/, replacement: fromHere("./packages/core/testing/index.ts") },
    ],
  },
  test: {
    include: ["packages/core/test/**/*.test.ts", "packages/sql/test/governed/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
