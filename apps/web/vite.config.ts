import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { precompress } from "./build/precompress.js";
import { sonnerWithoutStyle } from "./build/sonner-without-style.js";

/** Where `npm start` listens, which answers whatever is not of the app while one works on it. */
const SERVICE = "http://localhost:4000";
const OF_THE_SERVICE = ["/api", "/docs", "/openapi.json", "/.well-known"];

export default defineConfig({
  plugins: [react(), tailwindcss(), sonnerWithoutStyle(), precompress()],
  resolve: { conditions: ["@curfew/source", ...defaultClientConditions] },
  build: {
    target: "es2022",
    // Nothing within the page itself: its Content-Security-Policy takes files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(OF_THE_SERVICE.map((path) => [path, SERVICE])) },
});
