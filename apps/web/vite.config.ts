import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { precompress } from "./build/precompress.js";
import { sonnerWithoutStyle } from "./build/sonner-without-style.js";

/** The service started by `npm start`, which the development server proxies to. */
const SERVICE = "http://localhost:4000";
const SERVICE_PATHS = ["/api", "/docs", "/openapi.json", "/.well-known"];

export default defineConfig({
  plugins: [react(), tailwindcss(), sonnerWithoutStyle(), precompress()],
  resolve: { conditions: ["@curfew/source", ...defaultClientConditions] },
  build: {
    target: "es2022",
    // The Content-Security-Policy forbids inlined assets.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(SERVICE_PATHS.map((path) => [path, SERVICE])) },
});
