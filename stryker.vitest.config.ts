import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** A package's source beside this file: in Stryker's copy, `node_modules` still leads to the unchanged one. */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    conditions: ["@curfew/source"],
    alias: [
      { find: /^@curfew\/core$/, replacement: here("./packages/core/src/index.ts") },
      { find: /^@curfew\/core\/policy$/, replacement: here("./packages/core/src/policy/index.ts") },
      { find: /^@curfew\/core\/testing$/, replacement: here("./packages/core/testing/index.ts") },
    ],
  },
  test: { include: ["packages/core/test/**/*.test.ts"], exclude: ["packages/core/test/model/**"] },
});
