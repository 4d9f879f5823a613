import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/public",
    rolldownOptions: {
      input: "browser/curfew.tsx",
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
