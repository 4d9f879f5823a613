import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/public",
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use client" means nothing in a browser.
      input: "browser/curfew.tsx",
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
